internal import SluiceSDK

/// One mail: the parts that the record names, in the simplest form that carries them.
struct MailWriter: Sendable {
    var charset: Charset

    /// What senders write who mean GB 18030.
    private var label: String { charset.isUTF8 ? "utf-8" : "gb2312" }

    /// - Parameter parts: `from`, `to`, `subject`, `body` or `html`; other names are headers.
    func text(_ parts: [(name: String, value: String)], _ matter: Matter) -> String {
        func part(_ name: String) -> String? { parts.first { $0.name == name }?.value }
        let known: Set = ["from", "to", "subject", "body", "html"]
        var lines = [
            "From: \(part("from") ?? "\(word(matter.person)) <u\(matter.account)@example.org>")",
            "To: \(part("to") ?? "box@example.org")", "Subject: \(word(part("subject") ?? ""))",
            "Date: \(date(matter.time))", "Message-ID: <\(matter.number).\(matter.account)@example.org>",
            "MIME-Version: 1.0",
        ]
        lines += parts.filter { !known.contains($0.name) }.map { "\($0.name): \(word($0.value))" }
        let isHTML = part("html") != nil
        lines.append("Content-Type: text/\(isHTML ? "html" : "plain"); charset=\(label)")
        lines += ["Content-Transfer-Encoding: base64", ""]
        lines += chunks(Base64.encode(encoded(part("html") ?? part("body") ?? "")))
        return lines.joined(separator: "\r\n") + "\r\n"
    }

    private func encoded(_ text: String) -> [UInt8] { (try? charset.encode(text)) ?? Array(text.utf8) }

    /// RFC 2047 where there is anything but ASCII.
    private func word(_ text: String) -> String {
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
        var words: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            words.append("=?\(label)?B?\(Base64.encode(encoded(String(rest.prefix(12)))))?=")
            rest = rest.dropFirst(12)
        }
        return words.joined(separator: "\r\n ")
    }

    private func date(_ time: Timestamp) -> String {
        let civil = CivilTime(time, in: .shanghai)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return "\(civil.day) \(months[civil.month - 1]) \(civil.year) \(civil.time) +0800"
    }

    private func chunks(_ text: String) -> [String] {
        var lines: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(76)))
            rest = rest.dropFirst(76)
        }
        return lines
    }
}
