internal import CurlKit
internal import ServerKit
internal import SluiceConfig
internal import SluiceSDK

/// The server programs that stand for mailboxes, remote hosts and mail relays, all started at the same time.
struct HostServers: Sendable {
    private(set) var mail: Dovecot?
    private(set) var sftp: Sshd?
    /// One for each way of speaking that a channel asks for.
    private(set) var ftp: [HostKind: Vsftpd] = [:]
    /// By channel: each has its own, so that it is known whose replies come in.
    private(set) var smtp: [String: SMTPServer] = [:]
    /// Why a kind that is needed is not there.
    private(set) var missing: [HostKind: String] = [:]

    private typealias Outcome = (part: Part, kind: HostKind)

    private enum Part: Sendable {
        case mail(Dovecot), sftp(Sshd), ftp(Vsftpd), smtp(String, SMTPServer), none(String)
    }

    /// - Parameter leftOut: as if they were not installed.
    /// - Throws: `CancellationError`; a server that does not start is `missing`.
    static func start(
        _ needs: [HostKind: [ChannelFile]], leftOut: Set<HostKind> = []
    ) async throws -> HostServers {
        var servers = HostServers()
        for kind in leftOut { servers.missing[kind] = "\(kind.label) is left out" }
        do {
            // Made beside the threads that tasks share; whoever speaks TLS finds it there.
            if needs.keys.contains(where: { $0.speaksTLS && $0.isInstalled && !leftOut.contains($0) }) {
                _ = try? await OffPool.run { try TestCertificates.shared() }
            }
            try await withThrowingTaskGroup(of: Outcome.self) { group in
                for (kind, channels) in needs where !leftOut.contains(kind) {
                    let own = kind == .smtp ? channels : Array(channels.prefix(1))
                    for channel in own {
                        group.addTask { (try await started(kind, channel), kind) }
                    }
                }
                for try await outcome in group { servers.add(outcome) }
            }
            try Task.checkCancellation()
        } catch {
            servers.end()
            throw error
        }
        return servers
    }

    private static func started(
        _ kind: HostKind, _ channel: ChannelFile
    ) async throws -> Part {
        do {
            _ = try kind.program.path()
            switch kind {
            case .mailbox: return .mail(try await Dovecot(takesAnyone: true))
            case .sftp:
                let server = try await Sshd()
                let login: [ConfigEntry] = [.text("known_hosts", server.knownHosts), .map("auth", server.login)]
                if let reason = try await refusal(server.url, login) { return Part.none("\(kind.label) \(reason)") }
                return .sftp(server)
            case .ftp, .ftpExplicit, .ftpImplicit:
                let server = try await Vsftpd(kind.ftp ?? .none)
                let login = server.trust + [.map("auth", server.login + [.text("password", Vsftpd.password)])]
                if let reason = try await refusal(server.url, login) { return Part.none("\(kind.label) \(reason)") }
                return .ftp(server)
            case .smtp:
                let account = try SMTPServer.Account(channel)
                return .smtp(
                    channel.id,
                    try await SMTPServer(
                        .startTLS, wantsLogin: account != nil, account: account ?? .init(user: "", password: "")))
            }
        } catch let error as CancellationError {
            throw error
        } catch let error as ServerMissing {
            return .none("\(kind.label) is not installed: apt-get install \(error.program.package)")
        } catch {
            // What it said may be long; its end says why.
            let said = "\(error)".split(separator: "\n").map(String.init)
            let shown = said.count > 2 ? [said[0], said[said.count - 1]] : said
            return .none("\(kind.label) does not start: \(String(shown.joined(separator: " … ").prefix(300)))")
        }
    }

    /// OpenSSH lets in no user whose account is locked, as those of services often are: better known before a channel
    /// depends on it. nil when it lets us in.
    private static func refusal(_ url: String, _ login: [ConfigEntry]) async throws -> String? {
        let config = Config(ConfigValue(.map([.text("url", url)] + login)))
        let session = FileSession(try FileServer(config), timeout: .seconds(20))
        defer { session.close() }
        do {
            try await session.check()
            return nil
        } catch let error as CurlError {
            return "does not let this user in (\(error.reason)); is the account locked?"
        }
    }

    private mutating func add(_ outcome: Outcome) {
        switch outcome.part {
        case .mail(let server): mail = server
        case .sftp(let server): sftp = server
        case .ftp(let server): ftp[outcome.kind] = server
        case .smtp(let channel, let server): smtp[channel] = server
        case .none(let reason): missing[outcome.kind] = reason
        }
    }

    /// What is at work, and where.
    func description(of kind: HostKind, channel: String) -> String? {
        switch kind {
        case .mailbox: mail.map { "\(kind.label) at \($0.imaps) and \($0.pop3s)" }
        case .sftp: sftp.map { "\(kind.label) at sftp://127.0.0.1:\($0.port)" }
        case .ftp, .ftpExplicit, .ftpImplicit: ftp[kind].map { "\(kind.label) at \($0.url)" }
        case .smtp: smtp[channel].map { "\(kind.label) at \($0.url)" }
        }
    }

    /// Blocks until they are gone, with their folders.
    func end() {
        mail?.server.end()
        sftp?.server.end()
        for server in ftp.values { server.server.end() }
        for server in smtp.values { server.server.end() }
    }
}

extension Sshd {
    /// The keys of `auth`.
    var login: [ConfigEntry] { [.text("type", "key"), .text("user", user), .text("key", key)] }
}

extension Vsftpd {
    /// The same, but for the password: any will do.
    var login: [ConfigEntry] { [.text("type", "password"), .text("user", Self.user)] }

    /// How it is spoken to, besides its address, and what it is known by.
    var trust: [ConfigEntry] {
        switch tls {
        case .none: []
        case .explicit: [.text("tls", "explicit"), .text("ca", authority)]
        case .implicit: [.text("ca", authority)]
        }
    }
}

extension SMTPServer.Account {
    /// Who the channel's replies log in as; nil when nobody does.
    init?(_ channel: ChannelFile) throws {
        guard let config = channel.reply?.sender.config, let user = try config.optionalString("user") else {
            return nil
        }
        self.init(user: user, password: try config.optionalString("password") ?? "")
    }
}
