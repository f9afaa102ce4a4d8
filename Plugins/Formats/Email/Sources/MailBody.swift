internal import SluiceSDK

/// What a mail says and carries, gathered from the tree of its parts.
struct MailBody {
    /// The same words in one or two forms: what an alternative offers, or one part by itself.
    private struct Block {
        var plain: [String] = []
        var html: [String] = []

        var text: String {
            let written = plain.joined(separator: "\n")
            if !MailText.trimmed(written).isEmpty || html.isEmpty { return written }
            return html.map(HTMLText.readable).joined(separator: "\n")
        }
    }

    private var blocks: [Block] = []
    private(set) var attachments: [MailAttachment] = []
    private var parts = 0
    private let keepsFiles: Bool

    /// - Parameter keepsFiles: with the bytes of every attachment.
    /// - Throws: `RecordFault`: `email.depth`, `email.parts` or `email.text-size`.
    init(_ root: GMimeNode, keepsFiles: Bool = false) throws(RecordFault) {
        self.keepsFiles = keepsFiles
        try walk(root, depth: 0, block: nil)
    }

    /// Plain text, or readable text made of HTML where there is no plain text.
    var text: String {
        let texts = blocks.map { MailText.trimmed($0.text) }.filter { !$0.isEmpty }
        return texts.joined(separator: "\n\n")
    }

    /// As the sender wrote it; empty when there is none.
    var html: String { blocks.flatMap(\.html).joined(separator: "\n") }

    private mutating func walk(_ node: GMimeNode, depth: Int, block: Int?) throws(RecordFault) {
        parts += 1
        guard parts <= MailLimits.mostParts else {
            throw MailLimits.tooMuch("email.parts", "there are more than \(MailLimits.mostParts) parts")
        }
        guard depth <= MailLimits.mostDepth else {
            throw MailLimits.tooMuch(
                "email.depth", "parts are nested deeper than \(MailLimits.mostDepth) levels")
        }
        switch node.kind {
        case .message: attach(node, node.headers)
        case .leaf: try take(node, block)
        case .multipart:
            var block = block
            if node.type == "multipart/alternative", block == nil {
                blocks.append(Block())
                block = blocks.count - 1
            }
            for child in node.children { try walk(child, depth: depth + 1, block: block) }
        }
    }

    private mutating func take(_ node: GMimeNode, _ block: Int?) throws(RecordFault) {
        let headers = node.headers
        let type = node.type
        let disposition = headers.first { $0.name == "content-disposition" }
        let isText = type == "text/plain" || type == "text/html"
        guard isText, disposition?.word != "attachment", Self.fileName(headers) == nil else {
            return attach(node, headers)
        }
        let bytes = node.content
        guard bytes.count <= MailLimits.mostText else {
            throw MailLimits.tooMuch("email.text-size", "a text is longer than \(MailLimits.mostText) bytes")
        }
        let contentType = headers.first { $0.name == "content-type" }
        let text = MailText.withNewlines(MailText.decode(bytes, label: contentType?.parameter("charset")))
        if block == nil { blocks.append(Block()) }
        let index = block ?? blocks.count - 1
        if type == "text/html" {
            blocks[index].html.append(text)
        } else {
            blocks[index].plain.append(plain(text, contentType))
        }
    }

    private mutating func plain(_ text: String, _ contentType: MailHeader?) -> String {
        let isFlowed = contentType?.parameter("format")?.lowercased() == "flowed"
        let deletesSpace = contentType?.parameter("delsp")?.lowercased() == "yes"
        let written = isFlowed ? FlowedText.unfolded(text, deletesSpace: deletesSpace) : text
        let found = UUEncodedFiles(in: written)
        for file in found.files {
            var attachment = MailAttachment(
                name: file.name, contentType: "application/octet-stream", size: file.size, isInline: false,
                contentID: "", number: attachments.count + 1)
            if keepsFiles { attachment.bytes = file.bytes }
            attachments.append(attachment)
        }
        return found.text
    }

    private mutating func attach(_ node: GMimeNode, _ headers: [MailHeader]) {
        let disposition = headers.first { $0.name == "content-disposition" }?.word
        let contentID = headers.first { $0.name == "content-id" }?.messageIDs.first ?? ""
        let subject = node.inner?.headers.first { $0.name == "subject" }?.text
        var attachment = MailAttachment(
            name: Self.fileName(headers) ?? subject.map { $0 + ".eml" }, contentType: node.type, size: node.size,
            isInline: disposition == "inline" || (disposition == nil && !contentID.isEmpty), contentID: contentID,
            number: attachments.count + 1)
        if keepsFiles { attachment.bytes = node.file }
        attachments.append(attachment)
    }

    private static func fileName(_ headers: [MailHeader]) -> String? {
        headers.first { $0.name == "content-disposition" }?.parameter("filename")
            ?? headers.first { $0.name == "content-type" }?.parameter("name")
    }
}
