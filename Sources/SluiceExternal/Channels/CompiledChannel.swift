internal import Foundation
internal import Logging
public import SluiceConfig
public import SluiceSDK
internal import SluiceStore

/// One channel, compiled from its file and ready to work.
struct CompiledChannel: Sendable {
    let file: ChannelFile
    let source: ChannelSource
    let replySender: (any ReplySender)?
    let intake: Intake
    let status: ChannelStatus

    var id: String { file.id }
}

extension RecordProcessor {
    /// The part of a channel that needs no store and no network: what `sluice test` and `sluice try` run.
    public init(_ file: ChannelFile, plugins: ExternalPlugins, lookups: [String: [String: String]], zone: Zone) throws {
        let format = try plugins.format(file.format)
        let mapping = try Mapping(compiling: file.ticket, format: format, zone: zone, lookups: lookups)
        self.init(format: format, mapping: mapping, limits: file.limits)
    }
}
