/// What a request to a file server says beside its URL (`sftp:`, `ftp:`, `ftps:`).
public struct CurlFiles: Sendable {
    public enum Action: Sendable, Equatable {
        /// The file of the URL; `from` is the first byte that is wanted.
        case fetch(from: Int)
        /// The folder of the URL, which ends in a slash. `command` takes the place of FTP's LIST.
        case list(command: String?)
        /// Puts the request's body where the URL says.
        case upload
        /// Nothing but the commands.
        case commands
    }

    public var user: String?
    public var password: String?
    /// sftp: a private key's file, in place of a password.
    public var keyFile: String?
    public var passphrase: String?
    /// sftp: the file of keys that servers are known by. A server that it does not know is refused.
    public var knownHosts: String?
    /// `ftp:` begins in the clear: true ends the request when the server does not turn to TLS before the log-in, and
    /// for the data too. False never turns to it.
    public var requiresTLS: Bool
    public var action: Action
    /// Sent before and after what the action does: `RNFR …` for FTP, `rename …` for sftp. A `*` in front forgives failure.
    /// Bytes, because file names need not be UTF-8.
    public var before: [[UInt8]] = []
    public var afterwards: [[UInt8]] = []
    /// Takes a connection of its own and closes it.
    public var isAlone = false

    public init(action: Action, requiresTLS: Bool) {
        self.action = action
        self.requiresTLS = requiresTLS
    }

    static let protocols = "sftp,ftp,ftps"

    /// - Throws: `CurlError` for a command that would be two.
    func validate() throws {
        let texts = [user, password].compactMap { $0 }.map { Array($0.utf8) } + before + afterwards
        guard !texts.joined().contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw CurlError("curl.request", "a name, password or path holds a control character")
        }
    }
}
