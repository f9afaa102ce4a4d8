/// Scheme and host of an `http` or `https` URL, as far as a configuration has to know them.
public struct HTTPAddress: Sendable, Hashable {
    public let isEncrypted: Bool
    /// In lower case, without port and brackets.
    public let host: String

    /// nil when the text is no such URL, or holds a user name, a space or a control character.
    public init?(_ url: String) {
        let lower = url.lowercased()
        guard let scheme = ["http://", "https://"].first(where: lower.hasPrefix) else { return nil }
        let authority = lower.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        guard !authority.contains("@"), !authority.contains("{"),
            !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F })
        else { return nil }
        let host =
            authority.hasPrefix("[")
            ? authority.dropFirst().prefix { $0 != "]" } : authority.prefix { $0 != ":" }
        guard !host.isEmpty else { return nil }
        isEncrypted = scheme == "https://"
        self.host = String(host)
    }

    /// True for `localhost` and for addresses of this machine.
    public var isLoopback: Bool { host == "localhost" || IPAddress(host)?.isLoopback == true }
}
