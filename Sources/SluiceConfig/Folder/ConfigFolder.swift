internal import SluiceSDK

/// Reads a configuration folder.
public enum ConfigFolder {
    /// - Parameters:
    ///   - path: the folder, as the user gave it; places in issues begin with it.
    ///   - environment: what `${env:NAME}` may name.
    public static func load(
        _ path: String, specs: PluginSpecs, environment: [String: String]
    ) -> LoadedConfiguration {
        LoadedConfiguration(folder: path)
    }
}
