internal import Foundation
internal import Logging
internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK
internal import SluiceStore

/// Compiles one channel; one that cannot be compiled leaves the others alone.
struct ChannelBuilder: Sendable {
    let settings: ExternalSettings
    let plugins: ExternalPlugins
    let journal: Journal
    let crashes: CrashRecord
    let clock: @Sendable () -> Timestamp

    private static let logger = Logger(label: "sluice.channel")

    private static func level(_ level: PluginLogLevel) -> Logger.Level {
        switch level {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }

    func status(_ id: String) -> ChannelStatus { ChannelStatus(channelID: id, clock: clock) }

    /// No I/O: it may be made only to see whether it can be.
    /// - Throws: `ConfigIssue` or `ConfigIssues`.
    func channel(
        _ file: ChannelFile, lookups: [String: [String: String]], status: ChannelStatus, checkpoint: String?
    ) throws -> CompiledChannel {
        var context = ChannelContext(
            channelID: file.id, limits: file.limits, checkpoint: checkpoint, zone: settings.timeZone,
            report: { status.failed($0) })
        context.log = { [id = file.id] level, line in
            Self.logger.log(level: Self.level(level), "\(line)", metadata: ["channel": "\(id)"])
        }
        let intake = try Intake(
            file, settings: settings, lookups: lookups, plugins: plugins, journal: journal, crashes: crashes,
            clock: clock)
        return CompiledChannel(
            file: file, lookups: lookups, source: try plugins.source(file.source, context: context),
            replySender: try file.reply.map { try plugins.replySender($0.sender, context: context) }, intake: intake,
            status: status)
    }

    /// Another transport of the channel's, for what is told to its source beside the one that fetches.
    func corrector(_ file: ChannelFile) throws -> (any CorrectingTransport)? {
        try plugins.corrector(file, zone: settings.timeZone)
    }
}
