internal import Foundation
public import SluiceConfig
public import SluiceSDK

/// Compiles a channel as the zone would, and throws the result away.
public enum ChannelCheck {
    /// - Throws: `ConfigIssue` or `ConfigIssues`.
    public static func compile(
        _ file: ChannelFile, plugins: ExternalPlugins, lookups: [String: [String: String]], zone: Zone
    ) throws {
        let context = ChannelContext(channelID: file.id, limits: file.limits)
        var issues: [ConfigIssue] = []
        collect(&issues) { _ = try RecordProcessor(file, plugins: plugins, lookups: lookups, zone: zone) }
        collect(&issues) { _ = try plugins.source(file.source, context: context) }
        collect(&issues) { _ = try file.reply.map { try plugins.replySender($0.sender, context: context) } }
        if !issues.isEmpty { throw ConfigIssues(issues) }
    }

    private static func collect(_ issues: inout [ConfigIssue], _ body: () throws -> Void) {
        do {
            try body()
        } catch let found as ConfigIssues {
            issues += found.issues
        } catch let found as ConfigIssue {
            issues.append(found)
        } catch {
            issues.append(ConfigIssue(at: .unknown, "config.plugin", "\(error)"))
        }
    }
}
