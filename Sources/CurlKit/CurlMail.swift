/// What a request to a mail server says beside its URL (`imap:`, `imaps:`, `pop3:`, `pop3s:`, `smtp:`, `smtps:`).
public struct CurlMail: Sendable {
    public var user: String?
    public var password: String?
    /// `imap:`, `pop3:` and `smtp:` begin in the clear: true ends the request when the server does not turn to TLS
    /// before anything is said. False never turns to it.
    public var requiresTLS: Bool
    /// Instead of fetching: one line, `UID SEARCH 1:*`, `UIDL`. What may break out of its line is refused.
    public var command: String?
    /// False where the answer has no lines of its own, as POP3's `DELE`.
    public var wantsBody: Bool
    /// Says goodbye afterwards and closes: POP3 deletes only then.
    public var endsSession: Bool
    /// SMTP: the envelope, bare addresses; `body` of the request is then the message.
    public var sender: String?
    public var recipients: [String]

    public init(
        user: String? = nil, password: String? = nil, requiresTLS: Bool, command: String? = nil, wantsBody: Bool = true,
        endsSession: Bool = false, sender: String? = nil, recipients: [String] = []
    ) {
        self.user = user
        self.password = password
        self.requiresTLS = requiresTLS
        self.command = command
        self.wantsBody = wantsBody
        self.endsSession = endsSession
        self.sender = sender
        self.recipients = recipients
    }

    static let protocols = "imap,imaps,pop3,pop3s,smtp,smtps"

    /// - Throws: `CurlError`.
    func validate() throws {
        for text in [user, password, command, sender].compactMap({ $0 }) + recipients {
            guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw CurlError("curl.request", "a mail command, name or address holds a control character")
            }
        }
        // An address between angle brackets that closes them would add parameters of its own.
        for address in [sender].compactMap({ $0 }) + recipients {
            guard !address.utf8.contains(where: { "<> ".utf8.contains($0) }) else {
                throw CurlError("curl.request", "a mail address holds a space or an angle bracket")
            }
        }
    }
}
