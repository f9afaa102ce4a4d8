internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK

/// A file that a record brings or names, before the journal has it.
struct AttachmentDraft: Sendable {
    enum Source: Sendable {
        /// It came with the record.
        case bytes([UInt8])
        /// It has to be fetched; `sha256` is what the source says of it.
        case address(String, sha256: String?)
        /// It will not be carried, and this is why.
        case refused(code: String)
    }

    var attachmentID: String
    /// Cleaned.
    var name: String
    var mediaType: String?
    var mediaURL: String?
    var sha256: String?
    var source: Source

    /// What a ticket's attachments come to under a channel's rules; an address that nobody may fetch stays text.
    static func all(
        of ticket: IntakeTicket, contents: [String: [UInt8]], rules: AttachmentRules
    ) -> [AttachmentDraft] {
        guard case .attachments(let items)? = ticket[.attachments] else { return [] }
        let drafts = items.compactMap { draft($0, ticket.ticketID, contents, rules) }
        return drafts.enumerated().map { index, draft in
            guard index >= rules.count else { return draft }
            var refused = draft
            refused.source = .refused(code: "attachment.too-many")
            return refused
        }
    }

    private static func draft(
        _ item: TicketAttachment, _ ticketID: String, _ contents: [String: [UInt8]], _ rules: AttachmentRules
    ) -> AttachmentDraft? {
        let name = AttachmentName.cleaned(item.name)
        if let digest = item.sha256, let bytes = contents[digest] {
            let isTooLarge = bytes.count > rules.size
            return AttachmentDraft(
                attachmentID: StableID.attachment(ticketID: ticketID, sha256: digest, name: name), name: name,
                mediaType: item.mediaType, mediaURL: nil, sha256: digest,
                source: isTooLarge ? .refused(code: "attachment.too-large") : .bytes(bytes))
        }
        guard let url = item.mediaURL, let fetch = rules.fetch else { return nil }
        let refusal = FetchAddress.refusal(of: url, fetch)
        return AttachmentDraft(
            attachmentID: StableID.attachment(ticketID: ticketID, mediaURL: url), name: name,
            mediaType: item.mediaType, mediaURL: url, sha256: item.sha256,
            source: refusal.map { .refused(code: $0) } ?? .address(url, sha256: item.sha256))
    }
}
