internal import SluiceSDK

/// A channel as it was when it was last good: enough to bring it up again while its file is bad. It holds references in
/// place of secrets, and may be stored.
public struct GoodChannel: Sendable {
    public var id: String
    /// `ChannelFile.written`.
    public var written: String
    /// The tables of `rules/` that it names, as they were.
    public var lookups: [String: [String: String]]

    public init(id: String, written: String, lookups: [String: [String: String]]) {
        self.id = id
        self.written = written
        self.lookups = lookups
    }

    /// Its name and kind of source.
    public var identity: (name: String?, source: String?) {
        let value = WrittenConfig.value(of: written, file: id)
        return (value?["name"]?.text, value?["source"]?["type"]?.text)
    }
}

/// Reads channels that were good once, with the secrets of now.
public struct ChannelRestorer: Sendable {
    private let folder: String
    private let secretsFolder: String
    private let specs: PluginSpecs
    private let environment: [String: String]
    private let programs: Set<String>

    /// - Parameters:
    ///   - folder: the configuration's: what a channel names beside it (templates) is read there.
    ///   - secretsFolder: the external zone's.
    ///   - programs: what that zone allows to be run.
    public init(
        folder: String, secretsFolder: String, specs: PluginSpecs, environment: [String: String],
        programs: Set<String> = []
    ) {
        self.programs = programs
        self.folder = folder
        self.secretsFolder = secretsFolder
        self.specs = specs
        self.environment = environment
    }

    /// - Throws: `ConfigIssues` when it is good no longer: a secret is gone, a plugin has changed.
    public func restore(_ good: GoodChannel) throws -> ChannelFile {
        let file = "last good version of \(good.id)"
        guard let written = WrittenConfig.value(of: good.written, file: file) else {
            throw ConfigIssues([.init(at: .start(of: file), .unreadable, "what was kept of it cannot be read")])
        }
        let reader = FolderReader(folder: folder, specs: specs, environment: environment, references: .required)
        let outcome = reader.check(
            written, as: ChannelFile.spec(specs), named: good.id, secretsFolder: secretsFolder)
        let errors = outcome.issues.filter { $0.severity == .error }
        guard errors.isEmpty, let value = outcome.value else { throw ConfigIssues(errors) }
        var channel = try ChannelFile(
            value, baseFolder: folder, version: outcome.version, programs: programs)
        channel.fingerprint = outcome.fingerprint
        channel.written = good.written
        return channel
    }
}
