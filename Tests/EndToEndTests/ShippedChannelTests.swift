import Foundation
import SluiceConfig
import SluiceSDK
import SluiceTesting
import Testing

@testable import sluice

/// The channels that ship, each held to the same promises.
@Suite struct ShippedChannelTests {
    static let folder =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/channel-configs"

    static let configuration = ConfigFolder.load(
        folder, specs: PluginCatalog.specs, environment: [:], references: .standIn)

    /// Hotlines, web channels, and different shapes among them. They only grow.
    static let least = (hotlines: 46, web: 14, shapes: 50)

    @Test func everyFileIsWithoutErrors() {
        #expect(Self.configuration.errors.isEmpty, "\(Self.configuration.errors)")
    }

    @Test func thereAreAsManyChannelsAsPromisedInAsManyShapes() {
        let channels = Self.configuration.goodChannels
        let shapes = Dictionary(grouping: channels, by: ChannelShape.init)
        #expect(channels.count { $0.channelClass == .hotline } >= Self.least.hotlines)
        #expect(channels.count { $0.channelClass == .web } >= Self.least.web)
        #expect(shapes.count >= Self.least.shapes)
    }

    @Test(arguments: configuration.goodChannels.map(\.id))
    func aChannelHasAnUpstreamAndTwoSamples(_ id: String) throws {
        let folder = Self.folder + "/samples/" + id
        #expect(FileManager.default.fileExists(atPath: folder + "/upstream.yaml"), "\(id) is not simulated")
        let cases = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
            $0.hasSuffix("/expected.json")
        }
        #expect(cases.count >= 2)
        let expected = try cases.map { try String(contentsOfFile: folder + "/" + $0, encoding: .utf8) }
        #expect(expected.contains { $0.contains("\"external_id\"") }, "\(id) has no sample that becomes a ticket")
        #expect(expected.contains { $0.contains("\"reject\"") }, "\(id) has no sample that becomes a reject")
    }

    @Test(arguments: configuration.goodChannels.map(\.path))
    func aChannelsFileIsShortAndSaysWhatIsAssumed(_ path: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect((20...70).contains(text.split(separator: "\n", omittingEmptySubsequences: false).count), "\(path)")
        let comment = text.split(separator: "\n").prefix { $0.hasPrefix("#") }.joined()
        #expect(comment.contains("假定") || comment.contains("Assumed"), "\(path) does not say what is assumed")
    }

    /// The relay keeps its own list: whatever the outside says, these wait for a person.
    @Test func confidentialChannelsAreReviewedOnBothSides() throws {
        let relay = try #require(Self.configuration.relay)
        for id in ["hotline-12388", "hotline-12380"] {
            #expect(relay.channels.policy(for: id) == .review, "\(id) is not on the relay's list")
            if let channel = Self.configuration.goodChannels.first(where: { $0.id == id }) {
                #expect(channel.release == .review)
            }
        }
    }

    /// A case whose expected file says something else fails, each one of them.
    @Test(arguments: configuration.goodChannels.map(\.id))
    func everyAlteredExpectationIsNoticed(_ id: String) throws {
        let folder = TemporaryFolder()
        try FileManager.default.copyItem(atPath: Self.folder, toPath: folder("config"))
        let workspace = Workspace(
            configuration: ConfigFolder.load(
                folder("config"), specs: PluginCatalog.specs, environment: [:], references: .standIn), dataFolder: "")
        let channel = try workspace.channel(id)
        let samples = SampleRun(workspace: workspace)
        for name in samples.cases(of: channel) {
            let path = folder("config/samples/\(id)/\(name)/expected.json")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let altered = text.replacing(#""code": ""#, with: #""code": "x"#)
                .replacing(#""external_id": ""#, with: #""external_id": "X"#)
            let isEmpty = text.filter { !$0.isWhitespace } == "[]"
            #expect(altered != text || isEmpty)
            try Data((isEmpty ? "[{}]" : altered).utf8).write(to: URL(fileURLWithPath: path))
            let outcomes = try samples.run(channel)
            #expect(outcomes.filter { !$0.difference.isEmpty }.map(\.name) == [name])
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        }
    }

    static let replying = configuration.goodChannels.filter { $0.reply != nil }.map(\.id)

    /// The reply goes through the channel's own sender; a request, file or letter that says something else fails.
    @Test(arguments: replying)
    func aChannelThatRepliesHasASampleOfItsReply(_ id: String) async throws {
        let folder = TemporaryFolder()
        try FileManager.default.copyItem(atPath: Self.folder, toPath: folder("config"))
        let workspace = Workspace(
            configuration: ConfigFolder.load(
                folder("config"), specs: PluginCatalog.specs, environment: [:], references: .standIn), dataFolder: "")
        let channel = try workspace.channel(id)
        let samples = SampleRun(workspace: workspace)
        let good = await samples.runReplies(channel)
        #expect(!good.isEmpty, "\(id) has no reply.json")
        #expect(good.allSatisfy { $0.difference.isEmpty }, "\(good)")
        for name in samples.cases(of: channel) {
            let sample = folder("config/samples/\(id)/\(name)")
            guard let file = names(in: sample).first(where: { $0.hasPrefix("expected-reply.") }) else { continue }
            let path = sample + "/" + file
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try Data(text.replacing("reply-", with: "other-").utf8).write(to: URL(fileURLWithPath: path))
        }
        let altered = await samples.runReplies(channel)
        #expect(altered.allSatisfy { !$0.difference.isEmpty })
    }
}
