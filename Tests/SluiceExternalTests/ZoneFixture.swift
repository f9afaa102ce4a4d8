import CSVFormat
import CurlKit
import DirectoryTransport
import EmailFormat
import ExchangeTableSender
import ExchangeTableTransport
import ExecSender
import ExecTransport
import FormFormat
import Foundation
import Glibc
import GRDB
import HTTPPollTransport
import HTTPPushTransport
import HTTPSender
import JSONFormat
import Logging
import MailSender
import MailboxTransport
import NDJSONFormat
import RemoteFilesSender
import RemoteFilesTransport
import SluiceBoundary
import SluiceConfig
import SluiceExternal
import SluiceSDK
import SluiceStore
import SluiceTesting
import Synchronization
import XMLFormat

/// A real external zone on a free port, with channels written as YAML by the test.
final class ZoneFixture: Sendable {
    static let secret = "a-secret-of-the-test"

    static let plugins = ExternalPlugins(
        transports: [
            DirectoryTransport.self, HTTPPollTransport.self, MailboxTransport.self, RemoteFilesTransport.self,
            ExchangeTableTransport.self, ExecTransport.self, DeskTransport.self,
        ],
        pushTransports: [HTTPPushTransport.self],
        formats: [
            JSONFormat.self, NDJSONFormat.self, CSVFormat.self, EmailFormat.self, XMLFormat.self, FormFormat.self,
        ],
        replySenders: [
            HTTPReplySender.self, MailReplySender.self, RemoteFilesReplySender.self, ExchangeTableReplySender.self,
            ExecReplySender.self,
        ])

    static let specs = PluginSpecs(
        transports: [
            DirectoryTransport.spec, HTTPPollTransport.spec, HTTPPushTransport.spec, MailboxTransport.spec,
            RemoteFilesTransport.spec, ExchangeTableTransport.spec, ExecTransport.spec, DeskTransport.spec,
        ],
        formats: [
            JSONFormat.spec, NDJSONFormat.spec, CSVFormat.spec, EmailFormat.spec, XMLFormat.spec, FormFormat.spec,
        ],
        replySenders: [
            HTTPReplySender.spec, MailReplySender.spec, RemoteFilesReplySender.spec, ExchangeTableReplySender.spec,
            ExecReplySender.spec,
        ])

    let folder: TemporaryFolder
    let store: Store
    let zone: ExternalZone
    let settings: ExternalSettings
    let files: [ChannelFile]
    private let running: Task<Void, any Error>
    private let port: Int

    /// - Parameters:
    ///   - channels: by id, the YAML below the header that every channel has.
    ///   - rules: flat maps that lookups name.
    ///   - programs: by file name, what `exec` may run.
    ///   - folder: of a zone that was stopped, to start it again.
    init(
        _ channels: [String: String], rules: [String: [String: String]] = [:], programs: [String: String] = [:],
        folder: TemporaryFolder = TemporaryFolder(), sealer: TicketSealer? = nil
    ) async throws {
        self.folder = folder
        let config = folder.path + "/config"
        try? FileManager.default.removeItem(atPath: config)
        try Self.write(channels, to: config)
        try Self.write(rules: rules, to: config)
        try Self.write(programs: programs, to: config)
        let loaded = ConfigFolder.load(
            config, specs: Self.specs,
            environment: [
                "SECRET": Self.secret, "MAILBOX": Dovecot.password, "GUEST": Vsftpd.password, "FOLDER": folder.path,
            ])
        store = try ExternalStore.open(folder: folder.path + "/data")
        files = loaded.goodChannels
        var settings = ExternalSettings(
            jurisdiction: "370400", timeZone: .shanghai, dataFolder: folder.path + "/data",
            listen: try ListenAddress("127.0.0.1:0").description,
            isBehindProxy: false, boundary: BoundaryPlaces(out: folder.path + "/out", in: folder.path + "/in"))
        settings.sealer = sealer
        self.settings = settings
        let keys = ExternalKeys(
            own: try SigningKey.generate(), relay: try SigningKey.generate().verifyingKey,
            internalZone: try SigningKey.generate().verifyingKey)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        zone = try ExternalZone(
            settings: settings, channels: loaded.channels, lookups: loaded.lookups, plugins: Self.plugins, store: store,
            keys: keys, bell: BoundaryBell(),
            restorer: ChannelRestorer(
                folder: config, secretsFolder: config + "/secrets", specs: Self.specs,
                environment: ["SECRET": Self.secret, "FOLDER": folder.path],
                programs: loaded.external?.programs ?? []), logger: logger)
        let (ports, told) = AsyncStream<Int>.makeStream()
        let zone = zone
        running = Task { try await zone.run(onListening: { told.yield($0) }) }
        var found = 0
        for await port in ports {
            found = port
            break
        }
        port = found
    }

    static func write(_ channels: [String: String], to config: String) throws {
        try FileManager.default.createDirectory(atPath: config + "/hotlines", withIntermediateDirectories: true)
        for (id, yaml) in channels {
            let header = "id: \(id)\nname: \(id)\nclass: hotline\nlevel: municipal\nauthority: test\n"
            try Data((header + yaml).utf8).write(to: URL(fileURLWithPath: config + "/hotlines/\(id).yaml"))
        }
    }

    static func write(rules: [String: [String: String]], to config: String) throws {
        try FileManager.default.createDirectory(atPath: config + "/rules", withIntermediateDirectories: true)
        for (name, table) in rules {
            let lines = table.map { "\($0.key): \($0.value)\n" }.joined()
            try Data(lines.utf8).write(to: URL(fileURLWithPath: config + "/rules/\(name).yaml"))
        }
    }

    static func write(programs: [String: String], to config: String) throws {
        guard !programs.isEmpty else { return }
        for (name, text) in programs {
            try writeProgram(text, config + "/" + name)
        }
        let zone = "jurisdiction: \"370400\"\nprograms: [\(programs.keys.sorted().joined(separator: ", "))]\n"
        try writeFile(Array(zone.utf8), config + "/external.yaml")
    }

    deinit { running.cancel() }

    func stop() async {
        running.cancel()
        _ = await running.result
    }

    func post(_ path: String, _ body: [UInt8], headers: [(String, String)] = []) async throws -> CurlResponse {
        let isTyped = headers.contains { $0.0.lowercased() == "content-type" }
        let all = (isTyped ? [] : [("Content-Type", "application/json")]) + headers
        return try await CurlClient.shared.perform(
            CurlRequest(
                "POST", "http://127.0.0.1:\(port)\(path)", headers: all.map { (name: $0.0, value: $0.1) }, body: body))
    }

    /// The channel's status, once what the test waits for stands in it: it is written once a second.
    func status(_ channel: String, where isExpected: (ChannelReport) -> Bool) async throws -> ChannelReport? {
        var found: ChannelReport?
        for _ in 0..<100 {
            found = try await ChannelReport.all(in: store).first { $0.channelID == channel }
            if let found, isExpected(found) { return found }
            try await Task.sleep(for: .milliseconds(100))
        }
        return found
    }

    func ticketCount() async throws -> Int {
        try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM ticket") ?? -1 }
    }

    static let mapping = """
        ticket:
          external_id: $.no
          request_type: { const: help }
          requested_datetime: { from: $.time, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          description: $.text
        reply: { type: none }

        """

    static func record(_ number: Int, text: String = "路灯不亮") -> String {
        #"{"no":"N-\#(number)","time":"2026-01-05 09:00:00","text":"\#(text)"}"#
    }
}

extension ZoneFixture {
    /// Promises a body and never sends it; returns the first line that comes back.
    func slowPost(_ path: String, headers: [(String, String)]) async throws -> String {
        let port = port
        return await withCheckedContinuation { continuation in
            // A thread of its own: the read blocks until the server gives up.
            Thread.detachNewThread { continuation.resume(returning: Self.slowPost(port, path, headers)) }
        }
    }

    private static func slowPost(_ port: Int, _ path: String, _ headers: [(String, String)]) -> String {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return "not connected" }
        let lines = headers.map { "\($0.0): \($0.1)\r\n" }.joined()
        let head = "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\(lines)\r\n[{"
        _ = head.withCString { send(socket, $0, strlen($0), 0) }
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = recv(socket, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
