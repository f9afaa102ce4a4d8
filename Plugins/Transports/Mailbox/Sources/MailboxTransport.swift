internal import CurlKit
public import SluiceSDK
internal import Synchronization

/// Fetches letters from a mail server's box, one message a letter.
public final class MailboxTransport: Transport {
    public static let spec = PluginSpec(
        "mailbox", "Fetches letters from a mailbox by IMAP or POP3.",
        ConfigSpec(
            MailServer.fields + [
                ConfigField(
                    "folder", .string, default: "INBOX", example: "网民来信", "IMAP: the folder; POP3 has one only."),
                ConfigField(
                    "after", .choice(After.allCases.map(\.rawValue)), default: "seen", example: "delete",
                    "What happens to a letter once it is stored: `seen` marks it as read (with POP3 it stays, and is "
                        + "remembered), `move` puts it into `moved_to` (IMAP only), `delete` removes it."),
                ConfigField(
                    "moved_to", .string, example: "已受理", "The folder for `after: move`; made when it is not there."),
                ConfigField("every", .duration, default: "60s", example: "30s", "How often the box is looked at."),
            ]))

    private let box: any Mailbox
    private let every: Duration
    private let origin: String
    private let ready = Mutex<ArraySlice<Letter>>([])

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, context: ChannelContext) throws {
        let server = try MailServer(config, timeout: context.limits.time)
        let after = try After(rawValue: config.optionalString("after") ?? "seen") ?? .seen
        every = try config.optionalDuration("every") ?? .seconds(60)
        let folder = try config.optionalString("folder") ?? "INBOX"
        let movedTo = try Self.movedTo(config, after, server.mode)
        switch server.mode {
        case .imap:
            origin = "uid"
            box = ImapBox(server, folder: folder, after: after, movedTo: movedTo, context: context)
        case .pop3:
            guard folder == "INBOX" else {
                throw ConfigIssue(
                    at: config.optional("folder")?.place ?? config.place, "mailbox.folder", "POP3 has one folder only",
                    hint: "remove 'folder'")
            }
            origin = "pop3"
            box = PopBox(server, deletes: after == .delete, context: context)
        }
    }

    /// - Throws: `ConfigIssue`.
    private static func movedTo(_ config: Config, _ after: After, _ mode: MailServer.Mode) throws -> String? {
        let folder = try config.optionalString("moved_to")
        let place = config.optional("moved_to")?.place ?? config.optional("after")?.place ?? config.place
        guard after != .move || mode == .imap else {
            throw ConfigIssue(
                at: place, "mailbox.after", "POP3 has no folders to move to", hint: "write 'after: delete', or seen")
        }
        guard (after == .move) == (folder != nil) else {
            throw ConfigIssue(
                at: place, "mailbox.moved-to", "'after: move' and 'moved_to' belong together",
                hint: after == .move ? "add 'moved_to: …'" : "remove 'moved_to', or write 'after: move'")
        }
        return folder
    }

    public func connect() async throws {
        ready.withLock { $0 = [] }
        try await explained { try await box.open() }
    }

    public func next() async throws -> InboundMessage? {
        while true {
            try Task.checkCancellation()
            while let letter = ready.withLock({ $0.first }) {
                let fetched = try await explained { try await box.fetch(letter) }
                ready.withLock { _ = $0.popFirst() }
                if let message = message(letter, fetched) { return message }
            }
            let found = try await explained { try await box.look() }
            ready.withLock { $0 = found[...] }
            if found.isEmpty { try await Task.sleep(for: every) }
        }
    }

    public func close() async { await box.close() }

    private func message(_ letter: Letter, _ fetched: Fetched) -> InboundMessage? {
        switch fetched {
        case .gone: return nil
        case .message(let bytes): return inbound(letter, bytes, nil)
        case .refused(let fault, let bytes): return inbound(letter, bytes, fault)
        }
    }

    private func inbound(_ letter: Letter, _ bytes: [UInt8], _ refusal: RecordFault?) -> InboundMessage {
        let isKept = refusal != nil
        let name = letter.id.isEmpty ? "\(letter.number)" : letter.id
        return InboundMessage(
            RawMessage(bytes: bytes, contentType: "message/rfc822", origin: "\(origin) \(name)"),
            checkpoint: box.checkpoint(after: letter, isKept: isKept), refusal: refusal
        ) { [self] _ in
            try await explained { try await box.settle(letter, isKept: isKept) }
        }
    }

    /// What went wrong, with what to do.
    private func explained<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as CurlError {
            throw PluginError(mailbox: error)
        }
    }
}

extension PluginError {
    fileprivate init(mailbox error: CurlError) {
        switch error.code {
        case "curl.login":
            // Many servers lock an account after a few wrong passwords: slowly.
            self.init(
                .retry(after: .seconds(300)), "mailbox.login",
                "the server does not take 'user' and 'password'; correct them, or allow IMAP and POP3 for the account")
        case "curl.denied":
            self.init(
                .notConnected, "mailbox.folder", "the server does not open the folder; correct 'folder' or make it")
        case "curl.command":
            self.init(.notConnected, "mailbox.command", "the server refuses a command: \(error.reason)")
        case "curl.tls":
            self.init(
                .notConnected, "mailbox.tls",
                "no TLS that can be trusted: \(error.reason); correct 'url', 'ca' or the server's certificate")
        default:
            self.init(.notConnected, "mailbox." + error.code.drop { $0 != "." }.dropFirst(), error.reason)
        }
    }
}
