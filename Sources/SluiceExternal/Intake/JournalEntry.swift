internal import SluiceBoundary
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
    /// Seals what names the requester; nil where it goes in clear.
    var sealing: SealingSession?
    /// Of a confidential channel: raw bytes are stored sealed.
    var atRest: TicketSealer?
    /// In the order of the message: what withdraws a ticket may stand behind the record that opens it.
    var records: [JournalRecord] = []
    var rejects: [JournalReject] = []
    /// More of the message follows; this much has no checkpoint and is not acknowledged.
    var isContinued = false
    /// The raw message, where an earlier part has stored it.
    var storedMessage: Int64?

    /// Raw bytes as they are stored.
    func stored(_ bytes: [UInt8]) throws -> [UInt8] { try atRest?.seal(bytes) ?? bytes }

    /// A ticket as it crosses the boundary.
    func outgoing(_ ticket: IntakeTicket) throws -> OutgoingTicket {
        guard let sealing else { return OutgoingTicket(body: ticket.json()) }
        let (body, sealed) = try sealing.seal(ticket)
        return OutgoingTicket(body: body, sealed: sealed)
    }
}

/// The clear part as JSON, and what is sealed beside it.
struct OutgoingTicket: Sendable {
    var body: [UInt8]
    var sealed: SealedPart?
}

extension JournalEntry {
    var hasAttachments: Bool {
        records.contains { record in
            switch record {
            case .ticket(let ticket): !ticket.attachments.isEmpty
            case .followUp(let followUp): !followUp.attachments.isEmpty
            }
        }
    }
}

enum JournalRecord: Sendable {
    case ticket(JournalTicket)
    case followUp(JournalFollowUp)
}

struct JournalTicket: Sendable {
    /// Stamped as revision 1.
    var ticket: IntakeTicket
    /// `ticket` as it crosses; made again when it turns out to be a later revision.
    var outgoing: OutgoingTicket
    var sourceDigest: [UInt8]
    var contentDigest: [UInt8]
    var updatedAt: Timestamp
    /// What the reply sender will need; empty for most.
    var origin: [String: String]
    /// Files that come with this revision, or are to be fetched.
    var attachments: [AttachmentDraft] = []

    init(ticket: IntakeTicket, outgoing: OutgoingTicket, processed: ProcessedTicket) {
        self.ticket = ticket
        self.outgoing = outgoing
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
