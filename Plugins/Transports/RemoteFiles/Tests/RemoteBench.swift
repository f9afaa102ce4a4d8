import Foundation
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

@testable import RemoteFilesTransport

/// A real file server and channels that take from it.
final class RemoteBench: TransportBench {
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case sftp, ftp, ftpsExplicit, ftpsImplicit

        var testDescription: String { rawValue }
    }

    /// What a channel reported.
    final class Reports: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    let kind: Kind
    let reports = Reports()
    private let after: String
    private let sshd: Sshd?
    private let vsftpd: Vsftpd?
    private let count = Mutex(0)
    /// In front of the server, where transfers are counted and broken off; the first is where clients log in.
    private let relays: [CuttingRelay]

    static let overLimit = OverLimit.reported("remote-files.too-large")

    init(_ kind: Kind, after: String = "move", options: [String] = [], isRelayed: Bool = false) async throws {
        (self.kind, self.after) = (kind, after)
        // The data of FTP comes on a second port of the same address, which has to be known before.
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
        let port = sshd?.port ?? vsftpd?.port ?? 0
        switch (isRelayed, isFTP) {
        case (false, _): relays = []
        case (true, false): relays = [try CuttingRelay(to: port)]
        case (true, true):
            relays = [
                try CuttingRelay(to: port, on: "127.0.0.2"),
                try CuttingRelay(to: dataPort, on: "127.0.0.2", port: dataPort),
            ]
        }
        if let relay = relays.first { try sshd?.addKnownPort(relay.port) }
    }

    var files: String { sshd?.files ?? vsftpd?.files ?? "" }
    private var server: RealServer? { sshd?.server ?? vsftpd?.server }

    /// The keys that every channel of this server has.
    var base: [(String, ConfigLiteral)] {
        var keys: [(String, ConfigLiteral)] = [("stable_for", "0s"), ("every", "10ms"), ("after", .text(after))]
        if let sshd {
            keys += [
                ("url", .text(through(sshd.url, sshd.port))), ("known_hosts", .text(sshd.knownHosts)),
                ("auth", ["type": "key", "user": .text(sshd.user), "key": .text(sshd.key)]),
            ]
        }
        if let vsftpd {
            keys += [
                ("url", .text(through(vsftpd.url, vsftpd.port) + "/")),
                (
                    "auth",
                    ["type": "password", "user": .text(Vsftpd.user), "password": .text(Vsftpd.password)]
                ),
            ]
            if kind == .ftpsExplicit { keys.append(("tls", "explicit")) }
            if kind != .ftp { keys.append(("ca", .text(vsftpd.authority))) }
        }
        return keys
    }

    func channel(
        _ more: [(String, ConfigLiteral)] = [], checkpoint: String? = nil, limits: ChannelLimits = ChannelLimits()
    ) throws -> RemoteFilesTransport {
        let reports = reports
        return try transport(
            ChannelContext(
                channelID: "hotline-a", limits: limits, checkpoint: checkpoint, report: { reports.add($0) }), more)
    }

    func transport(_ context: ChannelContext) throws -> any Transport { try transport(context, []) }

    private func transport(
        _ context: ChannelContext, _ more: [(String, ConfigLiteral)]
    ) throws -> RemoteFilesTransport {
        let kept = base.filter { old in !more.contains { $0.0 == old.0 } }
        let entries = (kept + more).map { ConfigEntry(key: $0.0, value: $0.1.value) }
        let config = ConfigLiteral(ConfigValue(.map(entries)))
        return try RemoteFilesTransport(
            Config(config, spec: RemoteFilesTransport.spec.config, baseFolder: "/"), context: context)
    }

    func put(_ text: String) throws {
        let number = count.withLock { count in
            count += 1
            return count
        }
        try put("\(10_000 + number).csv", text)
    }

    /// Appears whole, by a rename.
    func put(_ name: String, _ text: String) throws {
        try writeFile(Array(text.utf8), files + "/.new")
        _ = rename(files + "/.new", files + "/" + name)
    }

    /// The server's address, or the relay's before it.
    private func through(_ url: String, _ port: Int) -> String {
        guard let relay = relays.first else { return url }
        return url.replacing("127.0.0.1:\(port)", with: "\(sshd == nil ? "127.0.0.2" : "127.0.0.1"):\(relay.port)")
    }

    func cut() throws { server?.stop() }

    func restore() async throws {
        for relay in relays { relay.cut(after: nil) }
        if server?.isRunning == false { try await server?.start() }
    }

    func breakOff() throws { for relay in relays { relay.cut(after: 100_000) } }
    func stall(after bytes: Int?) { for relay in relays { relay.stall(after: bytes) } }
    func breaks() -> Int { relays.reduce(0) { $0 + $1.cuts } }
    func handedOut() -> Int? { relays.isEmpty ? nil : relays.reduce(0) { $0 + $1.passed } }
    func openConnections() -> Int? { server?.connections }
}
