internal import SluiceSDK

/// Writes the letter: header fields in ASCII, the text in UTF-8 as base64, lines ended by CR LF. The same reply gives the
/// same bytes in every attempt.
struct LetterWriter: Sendable {
    let from: MailAddress
    private let subject: Template
    private let body: Template
    private let zone: Zone

    private static let names: Set<String> = [
        "subject", "ticket_id", "channel_id", "external_id", "reply.id", "reply.public_text", "reply.replied_at",
        "reply.event", "reply.status",
    ]
    /// Ids of a thread that are told again; the first one names the thread.
    private static let mostReferences = 20
    private static let mostSubject = 200

    /// - Throws: `ConfigIssue`.
    init(_ config: Config, from: MailAddress) throws {
        self.from = from
        subject = try Template(config.required("subject"), allowed: Self.names)
        body = try Template(config.required("body"), allowed: Self.names)
        let name = try config.optionalString("zone") ?? "Asia/Shanghai"
        guard let zone = Zone(name: name) else {
            throw ConfigIssue(
                at: config.optional("zone")?.place ?? config.place, "config.zone", "there is no time zone '\(name)'",
                hint: "write a name like Asia/Shanghai or an offset like +08:00")
        }
        self.zone = zone
    }

    func letter(_ reply: Reply, _ thread: MailThread, to recipient: String) -> [UInt8] {
        let facts: (String, String?) -> String? = { name, _ in value(name, reply, thread) }
        var lines = [
            "From: " + mailbox, "To: <\(recipient)>",
            HeaderText.field("Subject", clipped(subject.render(.header, value: facts))),
            "Date: " + MailDate.text(Timestamp(rfc3339: reply.repliedAt) ?? Timestamp(seconds: 0), zone),
            "Message-ID: <\(MessageID.make(reply.id, from: from))>",
        ]
        if let id = thread.messageID { lines.append("In-Reply-To: <\(id)>") }
        if !thread.references.isEmpty {
            lines.append("References: " + references(thread).map { "<\($0)>" }.joined(separator: "\r\n "))
        }
        lines += [
            "Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "",
        ]
        let text = body.render(value: facts).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        return Array(
            (lines + Self.base64(text.joined(separator: "\r\n") + "\r\n") + [""]).joined(separator: "\r\n").utf8)
    }

    private var mailbox: String {
        from.name.isEmpty ? "<\(from.address)>" : HeaderText.encoded(from.name, quoting: true) + " <\(from.address)>"
    }

    private func references(_ thread: MailThread) -> [String] {
        let all = thread.references
        return all.count <= Self.mostReferences ? all : [all[0]] + all.suffix(Self.mostReferences - 1)
    }

    private func value(_ name: String, _ reply: Reply, _ thread: MailThread) -> String? {
        switch name {
        case "subject": Self.bare(thread.subject)
        case "ticket_id": reply.ticketID
        case "channel_id": reply.channelID
        case "external_id": reply.externalID
        case "reply.id": reply.id
        case "reply.public_text": reply.publicText
        case "reply.replied_at": reply.repliedAt
        case "reply.event": reply.event
        case "reply.status": reply.status
        default: nil
        }
    }

    /// Without the marks of earlier answers.
    private static func bare(_ subject: String) -> String {
        var rest = Substring(TextHygiene.clean(subject).text)
        let marks = ["re:", "re：", "aw:", "回复:", "回复：", "答复:", "答复："]
        while let mark = marks.first(where: { rest.lowercased().hasPrefix($0) }) {
            rest = rest.dropFirst(mark.count).drop { $0.isWhitespace }
        }
        return String(rest)
    }

    private func clipped(_ text: String) -> String {
        let flat = TextHygiene.clean(text).text.map { $0.isNewline || $0 == "\t" ? " " : $0 }
        return String(flat.prefix(Self.mostSubject))
    }

    /// Lines of 76 characters.
    private static func base64(_ text: String) -> [String] {
        let symbols = Array(Base64.encode(Array(text.utf8)).utf8)
        return stride(from: 0, to: symbols.count, by: 76).map { start in
            String(decoding: symbols[start..<min(start + 76, symbols.count)], as: UTF8.self)
        }
    }
}
