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
    private let breaking = Mutex<Task<Void, Never>?>(nil)

    init(_ kind: Kind, after: String = "move", options: [String] = []) async throws {
        (self.kind, self.after) = (kind, after)
        sshd = kind == .sftp ? try await Sshd(options) : nil
        switch kind {
        case .sftp: vsftpd = nil
        case .ftp: vsftpd = try await Vsftpd(.none, options)
        case .ftpsExplicit: vsftpd = try await Vsftpd(.explicit, options)
        case .ftpsImplicit: vsftpd = try await Vsftpd(.implicit, options)
        }
    }

    deinit { breaking.withLock { $0?.cancel() } }

    var files: String { sshd?.files ?? vsftpd?.files ?? "" }
    private var server: RealServer? { sshd?.server ?? vsftpd?.server }

    /// The keys that every channel of this server has.
    var base: [(String, ConfigLiteral)] {
        var keys: [(String, ConfigLiteral)] = [("stable_for", "0s"), ("every", "10ms"), ("after", .text(after))]
        if let sshd {
            keys += [
                ("url", .text(sshd.url)), ("known_hosts", .text(sshd.knownHosts)),
                ("auth", ["type": "key", "user": .text(sshd.user), "key": .text(sshd.key)]),
            ]
        }
        if let vsftpd {
            keys += [
                ("url", .text(vsftpd.url + "/")),
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

    func cut() throws { server?.stop() }

    func restore() async throws {
        breaking.withLock { task in
            task?.cancel()
            task = nil
        }
        if server?.isRunning == false { try await server?.start() }
    }

    /// The server's process of a connection is killed as soon as it is there.
    func breakOff() throws {
        let server = server
        breaking.withLock { task in
            task = Task.detached {
                while !Task.isCancelled {
                    server?.cutConnections()
                    try? await Task.sleep(for: .milliseconds(1))
                }
            }
        }
    }

    func openConnections() -> Int? { server?.connections }
}
