public import SluiceSDK

/// The body of an inward `notice`: what became of something outside.
public struct NoticeBody: Sendable, Equatable {
    public static let schemaVersion = "1"

    public enum Subject: Sendable, Equatable {
        case reply(ReplyNotice)
        case ticket(TicketNotice)
        case attachment(AttachmentNotice)
    }

    /// A file of a ticket that the inside will not see.
    public struct AttachmentNotice: Sendable, Equatable {
        public enum State: String, Sendable, CaseIterable {
            /// Outside: it could not be fetched, or may not be carried.
            case failed
            /// By the relay.
            case rejected
        }

        public var attachmentID: String
        public var ticketID: String
        public var name: String
        public var mediaURL: String?
        public var state: State
        /// `attachment.type`, `attachment.infected`, `fetch.timeout`, …
        public var code: String
        public var at: Timestamp

        public init(
            attachmentID: String, ticketID: String, name: String, mediaURL: String? = nil, state: State, code: String,
            at: Timestamp
        ) {
            self.attachmentID = attachmentID
            self.ticketID = ticketID
            self.name = name
            self.mediaURL = mediaURL
            self.state = state
            self.code = code
            self.at = at
        }
    }

    /// What the relay decided about a revision that the inside will not see, or not yet.
    public struct TicketNotice: Sendable, Equatable {
        public enum State: String, Sendable, CaseIterable {
            case rejected, held
        }

        public var ticketID: String
        public var revision: Int
        public var state: State
        /// The verdict's: `schema.unknown-field`, `review`, …
        public var code: String
        public var at: Timestamp

        public init(ticketID: String, revision: Int, state: State, code: String, at: Timestamp) {
            self.ticketID = ticketID
            self.revision = revision
            self.state = state
            self.code = code
            self.at = at
        }
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
        case .ticket(let ticket):
            writer.field("subject", "ticket")
            writer.field("ticket_id", ticket.ticketID)
            writer.field("revision", ticket.revision)
            writer.field("state", ticket.state.rawValue)
            writer.field("code", ticket.code)
            writer.field("at", ticket.at.rfc3339())
        case .attachment(let attachment):
            writer.field("subject", "attachment")
            writer.field("attachment_id", attachment.attachmentID)
            writer.field("ticket_id", attachment.ticketID)
            writer.field("name", attachment.name)
            writer.field("media_url", attachment.mediaURL)
            writer.field("state", attachment.state.rawValue)
            writer.field("code", attachment.code)
            writer.field("at", attachment.at.rfc3339())
        }
        writer.endObject()
        return writer.bytes
    }

    /// Reads strictly: an unknown member, a wrong type or a foreign schema version is refused.
    public init(json bytes: [UInt8]) throws(BodyFault) {
        // The subject says which members belong; an unknown one is refused by either list.
        let known = [Self.ticketMembers, Self.attachmentMembers].first {
            (try? StrictBody(bytes, version: Self.schemaVersion, known: $0)) != nil
        }
        let body = try StrictBody(bytes, version: Self.schemaVersion, known: known ?? Self.replyMembers)
        // Further subjects (rejected records, alerts) get a case of their own here.
        switch try body.text("subject") {
        case "reply":
            subject = .reply(
                ReplyNotice(
                    replyID: try body.name("reply_id"), ticketID: try body.name("ticket_id"),
                    state: try body.replyState(), status: try body.optionalInteger("status"),
                    excerpt: try body.optionalText("excerpt"), at: try body.time("at")))
        case "ticket":
            subject = .ticket(
                TicketNotice(
                    ticketID: try body.name("ticket_id"), revision: try body.optionalInteger("revision") ?? 0,
                    state: try body.ticketState(), code: try body.name("code"), at: try body.time("at")))
        case "attachment":
            subject = .attachment(
                AttachmentNotice(
                    attachmentID: try body.name("attachment_id"), ticketID: try body.name("ticket_id"),
                    name: try body.text("name"), mediaURL: try body.optionalText("media_url"),
                    state: try body.attachmentState(), code: try body.name("code"), at: try body.time("at")))
        default: throw BodyFault("schema.choice", path: "subject", "only reply, ticket or attachment may stand here")
        }
    }

    private static let replyMembers: Set<String> = [
        "schema_version", "subject", "reply_id", "ticket_id", "state", "status", "excerpt", "at",
    ]
    private static let attachmentMembers: Set<String> = [
        "schema_version", "subject", "attachment_id", "ticket_id", "name", "media_url", "state", "code", "at",
    ]
    private static let ticketMembers: Set<String> = [
        "schema_version", "subject", "ticket_id", "revision", "state", "code", "at",
    ]
}

extension StrictBody {
    fileprivate func replyState() throws(BodyFault) -> NoticeBody.ReplyNotice.State {
        let states = NoticeBody.ReplyNotice.State.allCases
        let text = try oneOf(states.map(\.rawValue), "state")
        return states.first { $0.rawValue == text } ?? .failed
    }

    fileprivate func attachmentState() throws(BodyFault) -> NoticeBody.AttachmentNotice.State {
        let text = try oneOf(NoticeBody.AttachmentNotice.State.allCases.map(\.rawValue), "state")
        return text == NoticeBody.AttachmentNotice.State.rejected.rawValue ? .rejected : .failed
    }

    fileprivate func ticketState() throws(BodyFault) -> NoticeBody.TicketNotice.State {
        let text = try oneOf(NoticeBody.TicketNotice.State.allCases.map(\.rawValue), "state")
        return text == NoticeBody.TicketNotice.State.held.rawValue ? .held : .rejected
    }
}
