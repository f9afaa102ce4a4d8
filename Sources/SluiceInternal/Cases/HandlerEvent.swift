public import SluiceSDK

/// What a handler reports about a ticket, after its form was checked.
public struct HandlerEvent: Sendable, Equatable {
    /// The handler's own; the same id again is the same event.
    public var eventID: String
    public var type: CaseEventType
    /// For colleagues; stays inside.
    public var note: String?
    /// For the citizen; goes out through the release guard.
    public var publicText: String?
    public var repliedAt: Timestamp?
    /// Why a ticket is returned; stays inside.
    public var reason: String?

    public init(
        eventID: String, type: CaseEventType, note: String? = nil, publicText: String? = nil,
        repliedAt: Timestamp? = nil, reason: String? = nil
    ) {
        self.eventID = eventID
        self.type = type
        self.note = note
        self.publicText = publicText
        self.repliedAt = repliedAt
        self.reason = reason
    }

    /// Equal content, equal digest: tells a repeated event from another one under the same id.
    func digest(ticketID: String) -> [UInt8] {
        let parts = [
            ticketID, eventID, type.rawValue, note ?? "\u{0}", publicText ?? "\u{0}",
            repliedAt.map { String($0.milliseconds) } ?? "\u{0}", reason ?? "\u{0}",
        ]
        return Array(StableID.make(parts).utf8)
    }
}
