internal import SluiceSDK

/// A message taken apart, with nothing of GMime left in it.
struct EmailMessage {
    let bytes: [UInt8]
    let headers: [MailHeader]
    let body: MailBody
    /// nil for a letter of a person.
    let automatic: AutomaticMail?

    private init(bytes: [UInt8], headers: [MailHeader], body: MailBody, automatic: AutomaticMail?) {
        self.bytes = bytes
        self.headers = headers
        self.body = body
        self.automatic = automatic
    }

    /// - Throws: `RecordFault`.
    static func read(_ bytes: [UInt8], own: Set<String>) throws(RecordFault) -> EmailMessage {
        try MailLimits.check(bytes)
        let read = try GMimeTree.read(bytes) { (message, root) throws(RecordFault) in
            // What describes the content stands on the root alone.
            let headers = message.headers + root.headers
            guard headers.contains(where: { telling.contains($0.name) }) else { throw notAMessage }
            let contentType = headers.first { $0.name == "content-type" }
            return EmailMessage(
                bytes: bytes, headers: headers, body: try MailBody(root),
                automatic: AutomaticMail(headers, contentType: contentType, own: own))
        }
        guard let read else { throw notAMessage }
        return read
    }

    /// Without any of these, it is something else than a mail.
    private static let telling: Set<String> = ["from", "to", "date", "subject", "message-id", "received"]

    private static var notAMessage: RecordFault {
        RecordFault(.decode, "email.not-a-message", "there are no header fields of an e-mail")
    }

    /// The bytes of every attachment, in the order of `body.attachments`: the message is read a second time for them.
    static func files(_ bytes: [UInt8]) throws(RecordFault) -> [[UInt8]] {
        let read = try GMimeTree.read(bytes) { (_, root) throws(RecordFault) in
            try MailBody(root, keepsFiles: true).attachments.map { $0.bytes ?? [] }
        }
        return read ?? []
    }

    func first(_ name: String) -> MailHeader? { headers.first { $0.name == name } }

    var from: MailAddress? { first("from")?.addresses.first ?? first("sender")?.addresses.first }

    /// Where an answer goes: Reply-To, else From.
    var answerTo: MailAddress? { first("reply-to")?.addresses.first ?? from }

    func addresses(_ name: String) -> [String] {
        headers.filter { $0.name == name }.flatMap { $0.addresses.map(\.address) }
    }

    /// RFC 3339 with the sender's own offset; nil when it says no date.
    func time(_ name: String) -> String? {
        first(name)?.date.map { time, zone in time.rfc3339(in: zone) }
    }

    /// Of what the sender wrote, whichever way it came: no Received lines, no boundaries.
    func digest(_ text: String) -> String {
        StableID.make(
            [from?.address.lowercased() ?? "", time("date") ?? "", first("subject")?.text ?? "", text]
                + body.attachments.flatMap { [$0.name, "\($0.size)"] })
    }
}
