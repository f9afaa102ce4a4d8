internal import SluiceSDK

/// One message. What was decoded is kept: several fields of a ticket come from the same text.
final class EmailRecord: Record {
    private let message: EmailMessage
    private lazy var text = message.body.text
    private lazy var digest = message.digest(text)

    init(_ message: EmailMessage) {
        self.message = message
    }

    func bytes() -> [UInt8] { message.bytes }

    func select(_ selector: Selector) throws -> SelectedValue {
        guard let wanted = selector.program as? EmailSelector else { return .missing }
        switch wanted {
        case .messageID: return value(message.first("message-id")?.messageIDs.first)
        case .inReplyTo: return value(message.first("in-reply-to")?.messageIDs.first)
        case .references: return list(message.first("references")?.messageIDs ?? [])
        case .digest: return .text(digest)
        case .fromAddress: return value(message.from?.address)
        case .fromName: return value(message.from?.name)
        case .replyToAddress: return value(message.answerTo?.address)
        case .replyToName: return value(message.answerTo?.name)
        case .to: return list(message.addresses("to"))
        case .cc: return list(message.addresses("cc"))
        case .subject: return value(message.first("subject")?.text)
        case .date: return value(message.time("date"))
        case .received: return value(message.time("received"))
        case .automatic: return value(message.automatic?.rawValue)
        case .bodyText: return value(text)
        case .bodyHTML: return value(message.body.html)
        case .attachments: return list(message.body.attachments.map(\.name))
        case .attachmentCount: return .number("\(message.body.attachments.count)")
        case .header(let name): return value(message.first(name)?.text)
        case .name, .contentType, .size, .disposition, .contentID, .content: return .missing
        }
    }

    /// `attachments` has parts of its own; anything else is walked over as the message itself.
    func children(_ selector: Selector) throws -> [any Record] {
        guard let wanted = selector.program as? EmailSelector else { return [] }
        if wanted == .attachments {
            let files = MailFiles(message.bytes)
            return message.body.attachments.enumerated().map {
                AttachmentRecord(attachment: $0.element, index: $0.offset, files: files)
            }
        }
        return try select(selector) == .missing ? [] : [self]
    }

    private func value(_ text: String?) -> SelectedValue {
        text.flatMap { $0.isEmpty ? nil : .text($0) } ?? .missing
    }

    private func list(_ texts: [String]) -> SelectedValue {
        texts.isEmpty ? .missing : .list(texts.map { .text($0) })
    }
}

/// The files of a message, taken out of it when the first of them is asked for.
final class MailFiles {
    private let message: [UInt8]
    private var read: [[UInt8]]?

    init(_ message: [UInt8]) {
        self.message = message
    }

    /// - Throws: `RecordFault`.
    func file(_ index: Int) throws -> [UInt8] {
        let files = try read ?? EmailMessage.files(message)
        read = files
        return index < files.count ? files[index] : []
    }
}

/// What `each: attachments` walks over.
struct AttachmentRecord: Record {
    let attachment: MailAttachment
    let index: Int
    let files: MailFiles

    func select(_ selector: Selector) -> SelectedValue {
        switch selector.program as? EmailSelector {
        case .name: .text(attachment.name)
        case .contentType: .text(attachment.contentType)
        case .size: .number("\(attachment.size)")
        case .disposition: .text(attachment.isInline ? "inline" : "attachment")
        case .contentID: attachment.contentID.isEmpty ? .missing : .text(attachment.contentID)
        default: .missing
        }
    }

    func content(_ selector: Selector) throws -> [UInt8]? {
        selector.program as? EmailSelector == .content ? try files.file(index) : nil
    }

    func children(_ selector: Selector) -> [any Record] { [] }

    func bytes() -> [UInt8] { Array(attachment.name.utf8) }
}
