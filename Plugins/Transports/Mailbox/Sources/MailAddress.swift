internal import SluiceSDK

/// `imaps://mail.example.org:993` taken apart.
struct MailAddress {
    let scheme: String
    let mode: MailServer.Mode
    let isEncrypted: Bool
    let host: String
    let url: String

    /// - Throws: `ConfigIssue`.
    init(_ text: String, at place: ConfigPlace) throws {
        let known = ["imap", "imaps", "pop3", "pop3s"]
        guard let scheme = known.first(where: { text.lowercased().hasPrefix($0 + "://") }) else {
            throw ConfigIssue(
                at: place, "mailbox.url", "'url' is no mail server's", hint: "write imaps://mail.example.org")
        }
        let rest = text.dropFirst(scheme.count + 3)
        let authority = rest.hasSuffix("/") ? rest.dropLast() : rest
        let host =
            authority.hasPrefix("[") ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        let isPlain = authority.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#@;%{}\\\"<>".utf8.contains($0) }
        guard isPlain, !host.isEmpty else {
            throw ConfigIssue(
                at: place, "mailbox.url", "behind the host of 'url' stands something that has no place there",
                hint: "write \(scheme)://mail.example.org; the name goes into 'user', the folder into 'folder'")
        }
        self.scheme = scheme
        mode = scheme.hasPrefix("imap") ? .imap : .pop3
        isEncrypted = scheme.hasSuffix("s")
        self.host = String(host).lowercased()
        url = scheme + "://" + authority
    }

    var isLoopback: Bool { host == "localhost" || IPAddress(host)?.isLoopback == true }
}
