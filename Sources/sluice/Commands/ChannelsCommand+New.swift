import ArgumentParser
import Foundation
import SluiceConfig
import SluiceExternal
import SluiceSDK

extension ChannelsCommand {
    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Writes a channel's configuration with comments, and a sample beside it.",
            discussion: """
                Nothing is overwritten. A draft is not enabled: complete it, look at it with `sluice try`, then take
                `enabled: false` out.

                EXAMPLES
                  sluice channels new hotline-12358 --profile city-push
                  sluice channels new web-park --source http-poll --message json
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "The new channel: hotline-… or web-…; lower-case letters, digits and hyphens.") var channel:
            String
        @Option(help: "A profile to extend, profiles/<name>.yaml.") var profile: String?
        @Option(help: "Without a profile: how bytes arrive (`sluice docs` names them).") var source = "http-push"
        @Option(help: "Without a profile: the format of a message.") var message = "json"
        @Option(name: .customLong("class"), help: "hotline or web; the id's beginning decides when left out.")
        var channelClass: String?

        func run() throws {
            let chosen = try chosenClass()
            guard channel.wholeMatch(of: /[a-z0-9][a-z0-9-]{0,63}/) != nil else {
                throw CommandFailure("'\(channel)' is no id: lower-case letters, digits and hyphens, at most 64")
            }
            let folder = options.configFolder
            let draft = try ChannelDraft(
                id: channel, class: chosen, profile: profile, source: source, format: message, folder: folder,
                specs: PluginCatalog.specs)
            let path = "\(folder)/\(chosen == .hotline ? "hotlines" : "web")/\(channel).yaml"
            try write(Array(draft.yaml.utf8), to: path)
            if let sample = draft.sample {
                let place = "\(folder)/samples/\(channel)/first"
                try write(sample.bytes, to: "\(place)/\(sample.name)")
                try writeExpected(sample, to: "\(place)/expected.json")
                print("\nlook at it:   sluice try \(channel) \(place)/\(sample.name) --explain\(config)")
            } else {
                print("\nput a raw message of the upstream into \(folder)/samples/\(channel)/first/input.…")
            }
            print("complete it:  \(path)\ncheck it:     sluice check\(config)")
        }

        private var config: String {
            options.configFolder == "channel-configs" ? "" : " --config \(options.configFolder)"
        }

        private func chosenClass() throws -> ChannelFile.Class {
            let word = channelClass ?? String(channel.prefix { $0 != "-" })
            guard let chosen = ChannelFile.Class(rawValue: word) else {
                throw CommandFailure("is '\(channel)' a hotline or a web channel? write --class hotline or --class web")
            }
            return chosen
        }

        private func write(_ bytes: [UInt8], to path: String) throws {
            guard !FileManager.default.fileExists(atPath: path) else {
                throw CommandFailure("\(path) is there already; choose another id or edit that file")
            }
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            print("wrote \(path)")
        }

        private func writeExpected(_ sample: ChannelDraft.Sample, to path: String) throws {
            let workspace = try Workspace(options, references: .standIn)
            let processor = try RecordProcessor(
                try workspace.channel(channel), plugins: PluginCatalog.external,
                lookups: workspace.configuration.lookups, zone: workspace.configuration.external?.timeZone ?? .shanghai)
            let records = processor.process(RawMessage(bytes: sample.bytes, origin: sample.name))
            let json = JSONDifference.pretty(try JSONDocument.parse(SampleDocument.json(records)).root)
            try write(Array((json + "\n").utf8), to: path)
        }
    }
}
