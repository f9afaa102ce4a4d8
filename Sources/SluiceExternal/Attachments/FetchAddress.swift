internal import SluiceConfig
internal import SluiceSDK

/// Whether a channel may ask an address for a file: scheme and host, before any name is looked up. Where the name leads
/// is checked when the socket is opened.
enum FetchAddress {
    /// Longer ones are attacks, or data in an address.
    private static let longest = 4096

    /// - Returns: nil when it may; else the code of the failure.
    static func refusal(of url: String, _ rules: AttachmentRules.Fetch) -> String? {
        guard url.utf8.count <= longest, let address = HTTPAddress(url) else { return "fetch.address" }
        guard rules.schemes.contains(address.isEncrypted ? "https" : "http") else { return "fetch.scheme" }
        guard rules.allows(host: address.host) else { return "fetch.host" }
        return nil
    }
}
