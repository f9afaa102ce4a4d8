internal import SluiceSDK

/// A short digest of what a file says, its profiles and the texts it names included, with references in place of secrets.
enum ConfigVersion {
    static func of(_ value: ConfigValue, _ texts: [String] = []) -> String {
        var writer = JSONWriter()
        writer.string(WrittenConfig.text(of: value))
        for text in texts { writer.string(text) }
        return String(Hex.encode(SHA256.hash(writer.bytes)).prefix(12))
    }
}
