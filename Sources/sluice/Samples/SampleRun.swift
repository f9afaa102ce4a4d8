import Foundation
import SluiceConfig
import SluiceExternal
import SluiceSDK

/// The golden cases beside the configuration: `samples/<channel id>/<case>/` with `input.*` and `expected.json`, and
/// where the channel replies `reply.json` and `expected-reply.*`.
struct SampleRun {
    struct Outcome {
        var name: String
        /// Empty when the case passed.
        var difference: String
    }

    let workspace: Workspace

    func cases(of channel: ChannelFile) -> [String] {
        let folder = folder(of: channel)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        // Files beside the cases are for others: upstream.yaml is the simulator's.
        return names.filter { !$0.hasPrefix(".") && isFolder(folder + "/" + $0) }.sorted()
    }

    func run(_ channel: ChannelFile) throws -> [Outcome] {
        let processor = try RecordProcessor(
            channel, plugins: PluginCatalog.external, lookups: workspace.configuration.lookups,
            zone: workspace.configuration.external?.timeZone ?? .shanghai)
        return cases(of: channel).map { name in
            do {
                return Outcome(name: name, difference: try compare(channel, name, processor))
            } catch {
                return Outcome(name: name, difference: "\(error)")
            }
        }
    }

    /// The replies of the cases that have one, as the channel's own sender makes them.
    func runReplies(_ channel: ChannelFile) async -> [Outcome] {
        var outcomes: [Outcome] = []
        for sample in cases(of: channel) {
            let folder = folder(of: channel) + "/" + sample
            guard FileManager.default.fileExists(atPath: folder + "/reply.json") else { continue }
            do {
                let trial = ReplyTrial(configFolder: workspace.configuration.folder)
                let actual = try await trial.send(folder + "/reply.json", of: channel.id) ?? ""
                let names = try FileManager.default.contentsOfDirectory(atPath: folder)
                let name = names.first { $0.hasPrefix("expected-reply.") } ?? ""
                let expected = FileManager.default.contents(atPath: folder + "/" + name)
                let isSame = expected.map { String(decoding: $0, as: UTF8.self) } == actual
                outcomes.append(Outcome(name: sample + "/reply", difference: isSame ? "" : "+ " + actual))
            } catch {
                outcomes.append(Outcome(name: sample + "/reply", difference: "\(error)"))
            }
        }
        return outcomes
    }

    private func compare(_ channel: ChannelFile, _ name: String, _ processor: RecordProcessor) throws -> String {
        let folder = folder(of: channel) + "/" + name
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        guard let input = files.first(where: { $0.hasPrefix("input.") }) else {
            return "there is no input.* in \(folder)"
        }
        guard files.contains("expected.json") else { return "there is no expected.json in \(folder)" }
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + input)))
        let actual = SampleDocument.json(processor.process(RawMessage(bytes: bytes, origin: input)))
        let expected = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/expected.json")))
        return try JSONDifference.describe(expected: expected, actual: actual)
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    private func folder(of channel: ChannelFile) -> String {
        workspace.configuration.folder + "/samples/" + channel.id
    }
}
