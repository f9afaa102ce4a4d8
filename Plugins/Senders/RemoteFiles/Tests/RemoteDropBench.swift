import RemoteFilesSender
import SluiceSDK
import SluiceTesting
import Testing

/// A real file server whose folder `in` replies are put into.
final class RemoteDropBench: Sendable {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case sftp, ftp, ftpsExplicit, ftpsImplicit

        var testDescription: String { rawValue }
    }

    let kind: Kind
    /// The folder on this machine.
    let folder: String
    let url: String
    private let sshd: Sshd?
    private let vsftpd: Vsftpd?
    /// In front of the server, where it can be disturbed; the first is where clients log in.
    let relays: [CuttingRelay]

    init(_ kind: Kind, options: [String] = [], isRelayed: Bool = false) async throws {
        self.kind = kind
        // The data of FTP goes to a second port of the same address, which has to be known before.
        let dataPort = FreePort.next()
        let isFTP = kind != .sftp
        let options = options + (isRelayed && isFTP ? ["pasv_min_port=\(dataPort)", "pasv_max_port=\(dataPort)"] : [])
        sshd = isFTP ? nil : try await Sshd(options)
        switch kind {
        case .sftp: vsftpd = nil
        case .ftp: vsftpd = try await Vsftpd(.none, options)
        case .ftpsExplicit: vsftpd = try await Vsftpd(.explicit, options)
        case .ftpsImplicit: vsftpd = try await Vsftpd(.implicit, options)
        }
        folder = (sshd?.files ?? vsftpd?.files ?? "") + "/in"
        let direct = (sshd?.url ?? vsftpd?.url ?? "") + "/in"
        let port = sshd?.port ?? vsftpd?.port ?? 0
        let host = isFTP ? "127.0.0.2" : "127.0.0.1"
        let relay = isRelayed ? try CuttingRelay(to: port, on: host) : nil
        let data = isRelayed && isFTP ? try CuttingRelay(to: dataPort, on: host, port: dataPort) : nil
        relays = [relay, data].compactMap { $0 }
        url = relay.map { direct.replacing("127.0.0.1:\(port)", with: "\(host):\($0.port)") } ?? direct
        if let relay { try sshd?.addKnownPort(relay.port) }
        try makeFolder(folder)
    }

    var server: RealServer? { sshd?.server ?? vsftpd?.server }

    /// - Parameter more: keys that are added, or take the place of those that every sender here has.
    func sender(_ more: [(String, ConfigLiteral)] = []) throws -> RemoteFilesReplySender {
        let kept = base.filter { old in !more.contains { $0.0 == old.0 } }
        let entries = (kept + more).map { ConfigEntry(key: $0.0, value: $0.1.value) }
        return try RemoteFilesReplySender(
            Config(
                ConfigLiteral(ConfigValue(.map(entries))), spec: RemoteFilesReplySender.spec.config, baseFolder: "/"),
            context: ChannelContext(channelID: "hotline-a"))
    }

    /// What whoever looks into the folder sees, hidden files too.
    var files: [String] { names(in: folder) }

    func text(_ name: String) throws -> String { String(decoding: try readFile(folder + "/" + name), as: UTF8.self) }

    private var base: [(String, ConfigLiteral)] {
        var keys: [(String, ConfigLiteral)] = [
            ("url", .text(url)), ("name", "{reply.id}"),
            ("body", ["json": ["no": "{external_id}", "result": "{reply.public_text}"]]), ("timeout", "20s"),
        ]
        if let sshd {
            keys += [
                ("known_hosts", .text(sshd.knownHosts)),
                ("auth", ["type": "key", "user": .text(sshd.user), "key": .text(sshd.key)]),
            ]
        }
        if let vsftpd {
            keys.append(
                ("auth", ["type": "password", "user": .text(Vsftpd.user), "password": .text(Vsftpd.password)]))
            if kind == .ftpsExplicit { keys.append(("tls", "explicit")) }
            if kind != .ftp { keys.append(("ca", .text(vsftpd.authority))) }
        }
        return keys
    }

    static func reply(_ externalID: String = "A-1", id: String = "r1", text: String = "已修复") -> Reply {
        Reply(
            id: id, ticketID: "t1", channelID: "hotline-a", externalID: externalID, event: "replied",
            status: "replied", publicText: text, repliedAt: "2026-01-05T09:30:00+08:00")
    }
}
