internal import Foundation
internal import Logging
public import SluiceConfig
public import SluiceSDK
internal import SluiceStore

/// One channel, compiled from its file and ready to work.
struct CompiledChannel: Sendable {
    let file: ChannelFile
    /// All of the configuration's, for the day it is compiled again.
    let lookups: [String: [String: String]]
    let source: ChannelSource
    let replySender: (any ReplySender)?
    let intake: Intake
    let status: ChannelStatus

    var id: String { file.id }

    /// Equal when nothing has changed that the channel is made of, secrets and named lookups included. It stays in
    /// memory: a digest over a weak secret is worth guessing at.
    var fingerprint: String { Self.fingerprint(file, lookups) }

    static func fingerprint(_ file: ChannelFile, _ lookups: [String: [String: String]]) -> String {
        var text = file.fingerprint
        for name in lookupNames(file).sorted() {
            let table = (lookups[name] ?? [:]).sorted { $0.key < $1.key }
            text += "\u{0}\(name)" + table.map { "\u{1}\($0.key)\u{2}\($0.value)" }.joined()
        }
        return text
    }

    /// The tables of `rules/` that a value object names.
    static func lookupNames(_ file: ChannelFile) -> Set<String> {
        let values = file.ticket.map(\.value) + [file.kind].compactMap { $0 }
        return Set(values.flatMap { names(in: $0) })
    }

    private static func names(in value: ConfigValue) -> [String] {
        (value.entries ?? []).flatMap { entry in
            entry.key == "lookup" ? [entry.value.text].compactMap { $0 } : names(in: entry.value)
        } + (value.items ?? []).flatMap { names(in: $0) }
    }
}

extension RecordProcessor {
    /// The part of a channel that needs no store and no network: what `sluice test` and `sluice try` run.
    public init(_ file: ChannelFile, plugins: ExternalPlugins, lookups: [String: [String: String]], zone: Zone) throws {
        let format = try plugins.format(file.format)
        let mapping = try Mapping(compiling: file.ticket, kind: file.kind, format: format, zone: zone, lookups: lookups)
        let origin = try OriginProgram(file.reply.map { try plugins.remembered($0.sender) } ?? [], format: format)
        self.init(format: format, mapping: mapping, limits: file.limits, origin: origin)
    }
}
