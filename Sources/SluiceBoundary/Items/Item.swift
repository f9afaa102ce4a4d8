public import SluiceSDK

/// What crosses the boundary: a body and what must be known of it without reading it.
public struct Item: Sendable, Equatable {
    /// A ticket's id for `ticket.*`, the reply's for `case.event`; else a stable id of the producer's choice.
    public var id: String
    /// Counts from 1; a replay is a new attempt of the same id.
    public var attempt: Int
    public var channelID: String
    public var kind: ItemKind
    public var createdAt: Timestamp
    /// Version of the body's schema.
    public var schema: String
    /// The producer asks that a person releases this item (`release: review` of the channel).
    public var wantsReview: Bool
    /// One JSON object, without raw line breaks; carried byte for byte.
    public var body: [UInt8]
    /// What only the internal side can read, where the body has not got it.
    public var sealed: SealedPart?

    public init(
        id: String, attempt: Int = 1, channelID: String, kind: ItemKind, createdAt: Timestamp,
        schema: String = IntakeTicket.schemaVersion, wantsReview: Bool = false, body: [UInt8],
        sealed: SealedPart? = nil
    ) {
        self.id = id
        self.attempt = attempt
        self.channelID = channelID
        self.kind = kind
        self.createdAt = createdAt
        self.schema = schema
        self.wantsReview = wantsReview
        self.body = body
        self.sealed = sealed
    }
}
