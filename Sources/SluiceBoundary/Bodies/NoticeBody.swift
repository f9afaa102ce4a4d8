public import SluiceSDK

/// The body of an inward `notice`: what became of something outside.
public struct NoticeBody: Sendable, Equatable {
    public static let schemaVersion = "1"

    public enum Subject: Sendable, Equatable {
        case reply(ReplyNotice)
    }

    /// What the source of a ticket answered to a reply.
    public struct ReplyNotice: Sendable, Equatable {
        public enum State: String, Sendable, CaseIterable {
            case acknowledged, failed
            /// The channel does not want this event back.
            case notWanted = "not_wanted"
        }

        public var replyID: String
        public var ticketID: String
        public var state: State
        /// The HTTP status, when there was one.
        public var status: Int?
        /// The beginning of the answer, for the timeline: cleaned, and cut behind 500 characters.
        public var excerpt: String?
        public var at: Timestamp

        public init(
            replyID: String, ticketID: String, state: State, status: Int? = nil, excerpt: String? = nil, at: Timestamp
        ) {
            self.replyID = replyID
            self.ticketID = ticketID
            self.state = state
            self.status = status
            self.excerpt = excerpt.map { TextHygiene.clean(String($0.prefix(500))).text }
            self.at = at
        }
    }

    public var subject: Subject

    public init(_ subject: Subject) {
        self.subject = subject
    }

    public func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("schema_version", Self.schemaVersion)
        switch subject {
        case .reply(let reply):
            writer.field("subject", "reply")
            writer.field("reply_id", reply.replyID)
            writer.field("ticket_id", reply.ticketID)
            writer.field("state", reply.state.rawValue)
            if let status = reply.status { writer.field("status", status) }
            writer.field("excerpt", reply.excerpt)
            writer.field("at", reply.at.rfc3339())
        }
        writer.endObject()
        return writer.bytes
    }

    /// Reads strictly: an unknown member, a wrong type or a foreign schema version is refused.
    public init(json bytes: [UInt8]) throws(BodyFault) {
        let body = try StrictBody(bytes, version: Self.schemaVersion, known: Self.members)
        // Further subjects (rejected records, alerts) get a case of their own here.
        switch try body.text("subject") {
        case "reply":
            subject = .reply(
                ReplyNotice(
                    replyID: try body.name("reply_id"), ticketID: try body.name("ticket_id"),
                    state: try body.state(), status: try body.optionalInteger("status"),
                    excerpt: try body.optionalText("excerpt"), at: try body.time("at")))
        default: throw BodyFault("schema.choice", path: "subject", "only reply may stand here")
        }
    }

    private static let members: Set<String> = [
        "schema_version", "subject", "reply_id", "ticket_id", "state", "status", "excerpt", "at",
    ]
}

extension StrictBody {
    fileprivate func state() throws(BodyFault) -> NoticeBody.ReplyNotice.State {
        let states = NoticeBody.ReplyNotice.State.allCases
        let text = try oneOf(states.map(\.rawValue), "state")
        return states.first { $0.rawValue == text } ?? .failed
    }
}
