import Foundation
import SluiceSDK
import SluiceTesting
import Testing

@testable import RemoteFilesTransport

/// What OpenSSH and vsftpd do not show: MLSD, listings as DOS writes them, passwords over sftp, and a server that stops in
/// the middle and stays.
@Suite struct OtherServersTests {
    private static let accepted = {
        var outcome = MessageOutcome()
        outcome.new = 1
        return outcome
    }()

    private func transport(
        _ keys: [(String, ConfigLiteral)], time: Duration = .seconds(60)
    ) throws -> RemoteFilesTransport {
        let all: [(String, ConfigLiteral)] = [("stable_for", "0s"), ("every", "10ms")] + keys
        let value = ConfigValue(.map(all.map { ConfigEntry(key: $0.0, value: $0.1.value) }))
        var limits = ChannelLimits()
        limits.time = time
        return try RemoteFilesTransport(
            Config(ConfigLiteral(value), spec: RemoteFilesTransport.spec.config, baseFolder: "/"),
            context: ChannelContext(channelID: "a", limits: limits))
    }

    private func login(_ password: String = PythonFTP.password) -> ConfigLiteral {
        ["type": "password", "user": .text(PythonFTP.user), "password": .text(password)]
    }

    @Test(arguments: PythonFTP.Listing.allCases)
    func everyListingIsRead(listing: PythonFTP.Listing) async throws {
        let server = try await PythonFTP(listing)
        try makeFolder(server.files + "/2026 年/01")
        for (name, text) in [("b.csv", "22"), ("a b  c.csv", "1"), ("2026 年/01/工单.csv", "333"), ("c.txt", "x")] {
            try writeFile(Array(text.utf8), server.files + "/" + name)
        }
        let transport = try transport([
            ("url", .text(server.url + "/")), ("auth", login()), ("pattern", "*.csv"), ("recursive", true),
        ])
        try await transport.connect()
        var found: [String: [UInt8]] = [:]
        for _ in 0..<3 {
            let message = try #require(try await transport.next())
            found[message.message.origin] = message.message.bytes
            try await message.acknowledge(Self.accepted)
        }
        #expect(
            found == [
                "a b  c.csv": Array("1".utf8), "b.csv": Array("22".utf8), "2026 年/01/工单.csv": Array("333".utf8),
            ])
        #expect(names(in: server.files) == ["2026 年", "c.txt", "done"])
        #expect(names(in: server.files + "/2026 年/01/done") == ["工单.csv"])
        // The one was listed by MLSD, the other was asked for it once and then no more.
        let asked = server.log.matches(of: /<- MLSD/).count
        #expect(listing == .machine ? asked > 1 : asked == 1, "\(asked)")
        #expect(server.log.contains("<- LIST") == (listing == .dos))
    }

    @Test func aPasswordOpensAnSFTPServer() async throws {
        let server = try await PasswordSFTP()
        try writeFile(Array("1".utf8), server.files + "/a.csv")
        let keys: [(String, ConfigLiteral)] = [
            ("url", .text(server.url + "/")), ("known_hosts", .text(server.knownHosts)),
        ]
        let transport = try transport(keys + [("auth", login())])
        try await transport.connect()
        let message = try #require(try await transport.next())
        #expect(message.message.bytes == Array("1".utf8))
        try await message.acknowledge(Self.accepted)
        #expect(names(in: server.files + "/done") == ["a.csv"])
        let stranger = try self.transport(keys + [("auth", login("wrong"))])
        let error = await #expect(throws: PluginError.self) { try await stranger.connect() }
        #expect(error?.code == "remote-files.login")
    }

    @Test(arguments: [RemoteBench.Kind.sftp, .ftp])
    func aServerThatStopsInTheMiddleAndStaysIsLeft(kind: RemoteBench.Kind) async throws {
        let bench = try await RemoteBench(kind, isRelayed: true)
        try bench.put("a.csv", String(repeating: "x", count: 3_000_000))
        bench.stall(after: 1_000_000)
        var limits = ChannelLimits()
        limits.time = .seconds(1)
        let hasty = try bench.channel(limits: limits)
        let error = await #expect(throws: PluginError.self) {
            try await hasty.connect()
            _ = try await hasty.next()
        }
        #expect(error?.code == "remote-files.timeout" && error?.remedy == .notConnected)
        await hasty.close()
        bench.stall(after: nil)
        let patient = try bench.channel()
        try await patient.connect()
        #expect(try await patient.next()?.message.bytes.count == 3_000_000)
    }
}
