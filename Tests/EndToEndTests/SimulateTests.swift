import Foundation
import SluiceConfig
import SluiceExternal
import SluiceSDK
import SluiceTesting
import Testing

@testable import sluice

/// `sluice simulate` for a gateway that runs elsewhere: what it writes leads every channel to its upstream.
@Suite(.serialized) struct SimulateTests {
    private let folder = TemporaryFolder()

    @Test(arguments: [false, true])
    func everyMailboxAndRemoteHostIsReachedByWhatItWrote(isHidden: Bool) async throws {
        try makeFolder(folder("empty"))
        let program = try Program.start(
            [
                "simulate", "--config", ShippedChannelTests.folder, "--folder", folder("files"), "--environment",
                folder("sim.env"), "--port", "\(FreePort.next())", "--rate", "5",
            ], environment: isHidden ? ["SLUICE_SERVERS": folder("empty")] : [:], output: folder("out"))
        // It ends its servers, also when the test fails.
        defer { program.signal(SIGTERM) }
        for _ in 0..<1200 where !said().contains(" channels on http://") && program.end == nil {
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(said().contains("\(ShippedChannelTests.configuration.goodChannels.count) channels on http://"))
        #expect(said().contains("a folder stands in") == isHidden)
        #expect(said().contains("Dovecot at imaps://") != isHidden)

        let copy = ConfigFolder.load(
            folder("files/config"), specs: PluginCatalog.specs, environment: try environment(), zones: [.external])
        #expect(copy.errors.isEmpty, "\(copy.errors)")
        let led = ShippedChannelTests.configuration.goodChannels.filter {
            ["mailbox", "remote-files"].contains($0.source.type)
        }
        #expect(led.count >= 20)
        for original in led {
            let channel = try #require(copy.goodChannels.first { $0.id == original.id })
            #expect(channel.source.type == (isHidden ? "directory" : original.source.type))
            #expect(try await fetched(channel, copy) > 0, "\(channel.id) has fetched no ticket")
        }

        program.signal(SIGTERM)
        for _ in 0..<1200 where program.end == nil { try await Task.sleep(for: .milliseconds(50)) }
        program.signal(SIGKILL)
        // Nobody took what is pushed.
        #expect(program.wait() == .exited(1), "\(said())")
        #expect(said().contains("hotline-12377 "), "it prints its books")
    }

    /// All that is no `source` or `reply` of a channel with a host stays word for word what it was.
    @Test func aCopySaysWhatTheOriginalSays() throws {
        let channels = ShippedChannelTests.configuration.goodChannels
        let changes = Dictionary(uniqueKeysWithValues: channels.map { ($0.path, (source: same, reply: same)) })
        try ConfigurationCopy.write(ShippedChannelTests.folder, to: folder("copy"), changes: changes)
        let copy = ConfigFolder.load(
            folder("copy"), specs: PluginCatalog.specs, environment: [:], references: .standIn)
        #expect(copy.errors.isEmpty, "\(copy.errors)")
        for channel in channels {
            let other = try #require(copy.goodChannels.first { $0.id == channel.id })
            #expect(text(other) == text(channel))
        }
    }

    private let same: ConfigurationCopy.Change? = { $0 }

    private func text(_ channel: ChannelFile) -> String {
        var parts = [
            channel.name, channel.source.type, channel.source.config.value.description, channel.format.type,
            channel.format.config.value.description, channel.reply?.sender.config.value.description ?? "-",
        ]
        parts += channel.ticket.map { "\($0.key): \($0.value.description)" }.sorted()
        return parts.joined(separator: "\n")
    }

    private func said() -> String { (try? readFile(folder("out"))).map { String(decoding: $0, as: UTF8.self) } ?? "" }

    private func environment() throws -> [String: String] {
        let lines = String(decoding: try readFile(folder("sim.env")), as: UTF8.self).split(separator: "\n")
        return Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let parts = line.split(separator: "=", maxSplits: 1)
                return (String(parts[0]), parts[1].trimmingCharacters(in: ["'"]))
            })
    }

    /// Tickets in the first message that the channel's own transport brings.
    private func fetched(_ channel: ChannelFile, _ configuration: LoadedConfiguration) async throws -> Int {
        let type = try #require(PluginCatalog.transports.first { $0.spec.name == channel.source.type })
        let transport = try type.init(hurried(channel.source.config), context: ChannelContext(channelID: channel.id))
        try await transport.connect()
        let message = try #require(try await transport.next(), "\(channel.id)")
        await transport.close()
        let processor = try RecordProcessor(
            channel, plugins: PluginCatalog.external, lookups: configuration.lookups, zone: .shanghai)
        return processor.process(message.message).count { if case .reject = $0 { false } else { true } }
    }

    /// As it stands, but for how long it waits.
    private func hurried(_ config: Config) -> Config {
        let waits = ["every", "stable_for"]
        let rest = (config.value.entries ?? []).filter { !waits.contains($0.key) }
        let quick = waits.map { ConfigEntry(key: $0, value: ConfigValue($0 == "every" ? "50ms" : "0s")) }
        return Config(ConfigValue(.map(rest + quick)), baseFolder: config.baseFolder, programs: config.programs)
    }
}
