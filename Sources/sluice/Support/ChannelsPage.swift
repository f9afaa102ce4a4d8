import Foundation
import SluiceConfig
import SluiceSDK

/// The page of the reference that sets the channels of a configuration side by side.
enum ChannelsPage {
    static let path = "channels.md"

    /// nil where there is no configuration, or none that is whole.
    static func page(_ configFolder: String) -> ReferenceDocument? {
        guard FileManager.default.fileExists(atPath: configFolder) else { return nil }
        let configuration = ConfigFolder.load(
            configFolder, specs: PluginCatalog.specs, environment: [:], references: .standIn, zones: [.external])
        guard configuration.errors.isEmpty, !configuration.goodChannels.isEmpty else { return nil }
        return ReferenceDocument(path: path, text: text(configuration.goodChannels))
    }

    static func text(_ channels: [ChannelFile]) -> String {
        let shapes = Dictionary(grouping: channels, by: ChannelShape.init)
        // In the order in which they first come.
        var numbers: [ChannelShape: Int] = [:]
        for channel in channels {
            let shape = ChannelShape(channel)
            numbers[shape] = numbers[shape] ?? numbers.count + 1
        }
        let rows = channels.map { row($0, numbers[ChannelShape($0)] ?? 0) }
        return """
            # The channels of this configuration

            \(channels.count) channels in \(shapes.count) shapes: two have the same shape when transport, proof, place of the
            records and the set of source fields are the same. Made from the files by `sluice docs`; lines are those of the
            channel's own file, without its profile.

            | channel | name | transport | proof | format | charset | records | fields | reply | shape | lines |
            |---|---|---|---|---|---|---|---|---|---|---|

            """ + rows.joined(separator: "\n") + "\n"
    }

    private static func row(_ channel: ChannelFile, _ number: Int) -> String {
        let shape = ChannelShape(channel)
        let lines = (try? String(contentsOfFile: channel.path, encoding: .utf8))?.count { $0 == "\n" } ?? 0
        let charset = (try? channel.format.config.optionalString("charset")) ?? "as the message says"
        let cells = [
            "`\(channel.id)`", channel.name, shape.transport, shape.auth, channel.format.type, charset,
            shape.records == "-" ? "–" : "`\(shape.records)`", "\(shape.fields.count)",
            channel.reply?.sender.type ?? "–", "\(number)", "\(lines)",
        ]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
}
