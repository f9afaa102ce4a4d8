internal import SluiceSDK

/// What a selector names: something of the message, or of one of its attachments.
enum EmailSelector: Sendable, Hashable {
    case messageID, inReplyTo, references, digest
    case fromAddress, fromName, replyToAddress, replyToName, to, cc
    case subject, date, received, automatic
    case bodyText, bodyHTML
    case attachments, attachmentCount
    case header(String)
    /// Below `each: attachments`.
    case name, contentType, size, disposition, contentID, content

    static let names: [String: EmailSelector] = [
        "message_id": .messageID, "in_reply_to": .inReplyTo, "references": .references, "digest": .digest,
        "from.address": .fromAddress, "from.name": .fromName, "reply_to.address": .replyToAddress,
        "reply_to.name": .replyToName, "to": .to, "cc": .cc, "subject": .subject, "date": .date,
        "received": .received, "automatic": .automatic, "body.text": .bodyText, "body.html": .bodyHTML,
        "attachments": .attachments, "attachments.count": .attachmentCount, "name": .name,
        "content_type": .contentType, "size": .size, "disposition": .disposition, "content_id": .contentID,
        "content": .content,
    ]

    /// - Throws: `SelectorError`.
    init(_ text: String) throws(SelectorError) {
        if let known = Self.names[text] {
            self = known
            return
        }
        guard text.hasPrefix("header:") else {
            let known = Self.names.keys.sorted() + ["header:NAME"]
            throw SelectorError(
                "email.selector",
                "an e-mail has no '\(text)'; \(NearestName.hint(for: text, among: known))")
        }
        let name = String(text.dropFirst("header:".count))
        guard HeaderName.isValid(name) else {
            throw SelectorError("email.selector", "'\(name)' is not the name of a header field", offset: 7)
        }
        self = .header(name.lowercased())
    }
}
