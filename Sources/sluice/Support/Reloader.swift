import Foundation
import Logging
import SluiceConfig
import SluiceExternal
import SluiceSDK
import SluiceTLS

/// Reads the configuration again and puts it into force on the running external zone.
struct Reloader: Sendable {
    let configFolder: String
    let dataFolder: String
    let zone: ExternalZone
    let tls: ListenerTLS?
    let logger: Logger

    /// What a reload has done.
    struct Answer: Sendable {
        var channels: [ChannelChange]
        var certificate: ListenerTLS.Change
    }

    func reload() async throws -> Answer {
        let (channels, lookups, certificate) = try await checked()
        return Answer(channels: try await zone.reload(channels, lookups: lookups), certificate: certificate)
    }

    /// For a signal: nobody waits for the answer, so the log has it.
    func reloadLogged() async {
        do {
            let answer = try await reload()
            for change in answer.channels { logger.notice("reload: \(change.line)") }
            if answer.channels.isEmpty, answer.certificate == .unchanged {
                logger.notice("reload: nothing has changed")
            }
        } catch {
            logger.error("reload: nothing was changed", metadata: ["error": "\(error)"])
        }
    }

    /// Reads files and runs samples, which blocks: not on a cooperative thread.
    private func checked() async throws -> ([ChannelResult], [String: [String: String]], ListenerTLS.Change) {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        let workspace = try Workspace(
                            configFolder: configFolder, dataFolder: dataFolder, zones: [.external])
                        _ = try workspace.external()
                        return (
                            CheckedChannels.results(workspace), workspace.configuration.lookups,
                            tls?.reload() ?? .unchanged
                        )
                    })
            }
        }
    }
}

/// Channels as a reload takes them: one that does not compile, or whose samples fail, counts as bad.
enum CheckedChannels {
    static func results(_ workspace: Workspace) -> [ChannelResult] {
        let samples = SampleRun(workspace: workspace)
        return workspace.configuration.channels.map { result in
            guard let file = result.channel, file.isEnabled else { return result }
            let found = issues(file, workspace, samples)
            guard !found.isEmpty else { return result }
            return ChannelResult(id: result.id, path: result.path, channel: nil, issues: result.issues + found)
        }
    }

    private static func issues(_ file: ChannelFile, _ workspace: Workspace, _ samples: SampleRun) -> [ConfigIssue] {
        do {
            try ChannelCheck.compile(
                file, plugins: PluginCatalog.external, lookups: workspace.configuration.lookups,
                zone: workspace.configuration.external?.timeZone ?? .shanghai)
            return try samples.run(file).filter { !$0.difference.isEmpty }.map { outcome in
                ConfigIssue(
                    at: file.place, "sample.differs", "the sample '\(outcome.name)' does not give its expected.json",
                    hint: "sluice test \(file.id) shows the difference")
            }
        } catch let found as ConfigIssues {
            return found.issues
        } catch let found as ConfigIssue {
            return [found]
        } catch {
            return [ConfigIssue(at: file.place, "config.plugin", "\(error)")]
        }
    }
}

extension ChannelChange {
    /// "hotline-12345 changed: it goes on from its cursor".
    var line: String { "\(channelID) \(kind.rawValue): \(detail)" }

    static func json(_ changes: [ChannelChange]) -> [UInt8] {
        json(Reloader.Answer(channels: changes, certificate: .unchanged))
    }

    /// The listener's certificate stands beside the channels, as `certificate`, when it has changed.
    static func json(_ answer: Reloader.Answer) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        if let (kind, detail) = answer.certificate.words {
            writer.key("certificate")
            writer.beginObject()
            writer.field("change", kind.rawValue)
            writer.field("detail", detail)
            writer.endObject()
        }
        writer.key("changes")
        writer.beginArray()
        for change in answer.channels {
            writer.beginObject()
            writer.field("channel", change.channelID)
            writer.field("change", change.kind.rawValue)
            writer.field("detail", change.detail)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}

extension ListenerTLS.Change {
    /// nil when nothing has changed.
    var words: (kind: ChannelChange.Kind, detail: String)? {
        switch self {
        case .unchanged: nil
        case .renewed(let end): (.changed, "served until \(end.day(in: .utc))")
        case .refused(let fault): (.refused, "\(fault); the old one serves on")
        }
    }
}
