internal import SluiceSDK

/// Everything one raw message adds to the journal, made before the transaction begins.
struct JournalEntry: Sendable {
    var channelID: String
    var message: RawMessage
    /// SHA-256 of the message's bytes.
    var digest: [UInt8]
    var receivedAt: Timestamp
    /// Now; later than `receivedAt` for a replay.
    var committedAt: Timestamp
    /// `receivedAt` in the gateway's time zone: the ledger's day.
    var day: String
    var configVersion: String
    /// `release: review`: a person releases these at the relay.
    var wantsReview: Bool
    var checkpoint: String?
    /// Set when a person sends a reject again.
    var replay: JournalReplay?
    /// The channel takes follow-ups, which are laid over the ticket's last body: it is kept.
    var keepsBodies = false
    /// In the order of the message: what withdraws a ticket may stand behind the record that opens it.
    var records: [JournalRecord] = []
    var rejects: [JournalReject] = []
}

enum JournalRecord: Sendable {
    case ticket(JournalTicket)
    case followUp(JournalFollowUp)
}

struct JournalTicket: Sendable {
    /// Stamped as revision 1.
    var ticket: IntakeTicket
    /// `ticket` as JSON; made again when it turns out to be a later revision.
    var body: [UInt8]
    var sourceDigest: [UInt8]
    var contentDigest: [UInt8]
    var updatedAt: Timestamp
    /// What the reply sender will need; empty for most.
    var origin: [String: String]

    init(ticket: IntakeTicket, body: [UInt8], processed: ProcessedTicket) {
        self.ticket = ticket
        self.body = body
        sourceDigest = processed.sourceDigest
        contentDigest = processed.contentDigest
        origin = processed.origin
        updatedAt = ticket.text(.updatedDatetime).flatMap(Timestamp.init(rfc3339:)) ?? Timestamp(milliseconds: 0)
    }
}

struct JournalReject: Sendable {
    var fault: RecordFault
    var bytes: [UInt8]
    var digest: [UInt8]
}
