internal import SluiceSDK

/// What a source says of a ticket that it has sent.
struct JournalFollowUp: Sendable {
    var kind: FollowUpKind
    /// What the record says, with the gateway's stamps on it; whole only once it is laid over the ticket.
    var said: IntakeTicket
    /// The record's own bytes, for the desk where the ticket is not known.
    var bytes: [UInt8]
    /// Position in the message, from 0.
    var record: Int
    var sourceDigest: [UInt8]
    var contentDigest: [UInt8]
    /// Files that come with it, or are to be fetched.
    var attachments: [AttachmentDraft] = []

    init(_ kind: FollowUpKind, _ processed: ProcessedTicket, stamped: IntakeTicket, bytes: [UInt8]) {
        self.kind = kind
        self.bytes = bytes
        said = stamped
        record = processed.record
        sourceDigest = processed.sourceDigest
        contentDigest = processed.contentDigest
    }

    /// The record names a time of its own: then the same words at the same time are the same follow-up, whatever else
    /// has changed around them.
    var saysWhen: Bool { said[.updatedDatetime] != nil }

    func reject(_ code: String, _ reason: String) -> JournalReject {
        let fault = RecordFault(.map, code, reason, record: record, field: IntakeField.externalID.name)
        return JournalReject(fault: fault, bytes: bytes, digest: SHA256.hash(bytes))
    }
}
