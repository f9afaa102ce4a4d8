import ArgumentParser
import SluiceConfig
import SluiceExternal
import SluiceSDK

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Lints all configuration: file, line, column, rule, and what to write.",
        discussion: """
            Exit 0 when there is no error (warnings are printed), 1 when there is one.

            EXAMPLES
              sluice check
              sluice check --config /etc/sluice --format json
            """)

    @OptionGroup var options: SharedOptions

    func run() throws {
        let workspace = try Workspace(options)
        let issues = ConfigCheck(workspace).issues()
        switch options.format {
        case .json: print(json(issues))
        case .text:
            for issue in issues { print(issue) }
            let errors = issues.count { $0.severity == .error }
            let channels = workspace.configuration.channels.count
            print(
                "\(channels) channels, \(workspace.configuration.handlers.count) handlers: \(errors) errors, \(issues.count - errors) warnings"
            )
        }
        if issues.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
    }

    private func json(_ issues: [ConfigIssue]) -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for issue in issues {
            writer.beginObject()
            writer.field("file", issue.place.file)
            writer.field("line", issue.place.line)
            writer.field("column", issue.place.column)
            writer.field("severity", issue.severity.rawValue)
            writer.field("rule", issue.rule)
            writer.field("message", issue.message)
            writer.field("hint", issue.hint)
            writer.endObject()
        }
        writer.endArray()
        return writer.text
    }
}

/// The files' own issues, and those that only compiling with the plugins shows.
struct ConfigCheck {
    private let workspace: Workspace

    init(_ workspace: Workspace) {
        self.workspace = workspace
    }

    func issues() -> [ConfigIssue] {
        var issues = workspace.configuration.issues
        for channel in workspace.configuration.goodChannels { issues += compile(channel) }
        return issues + sharedPaths() + listeners() + callersWithoutAuthority()
    }

    /// The certificates that the listeners would serve.
    private func listeners() -> [ConfigIssue] {
        let uses = [workspace.configuration.external?.tls, workspace.configuration.internalZone?.tls]
        return uses.compactMap { $0 }.flatMap { $0.issues(now: .now()) }
    }

    /// Channels that know their caller by a certificate that the listener never asks for.
    private func callersWithoutAuthority() -> [ConfigIssue] {
        guard let external = workspace.configuration.external, external.tls?.clientAuthorities == nil else { return [] }
        return workspace.configuration.goodChannels.filter(\.isEnabled).compactMap { channel in
            guard channel.source.type == "http-push", let auth = channel.source.config.optional("auth"),
                let type = auth["type"], type.text == "mtls"
            else { return nil }
            return ConfigIssue(
                at: type.place, .channelCertificate, "the listener asks no caller for a certificate",
                hint: "write 'tls: { certificate: …, key: …, client_ca: … }' in external.yaml")
        }
    }

    private func compile(_ channel: ChannelFile) -> [ConfigIssue] {
        do {
            try ChannelCheck.compile(
                channel, plugins: PluginCatalog.external, lookups: workspace.configuration.lookups,
                zone: workspace.configuration.external?.timeZone ?? .shanghai)
            return []
        } catch let found as ConfigIssues {
            return found.issues
        } catch let found as ConfigIssue {
            return [found]
        } catch {
            return [ConfigIssue(at: channel.place, "config.plugin", "\(error)")]
        }
    }

    /// Two channels on one path would take each other's requests.
    private func sharedPaths() -> [ConfigIssue] {
        var owners: [String: String] = [:]
        return workspace.configuration.goodChannels.filter(\.isEnabled).compactMap { channel in
            guard channel.source.type == "http-push", let path = channel.source.config.optional("path") else {
                return nil
            }
            guard let owner = owners[path.text ?? ""] else {
                owners[path.text ?? ""] = channel.id
                return nil
            }
            return ConfigIssue(
                at: path.place, "channel.path-taken", "the path '\(path)' belongs to channel '\(owner)' already",
                hint: "give every push channel a path of its own")
        }
    }
}
