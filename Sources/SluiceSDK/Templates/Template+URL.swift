extension Template {
    /// Scheme and host stand before the first placeholder: nothing that is filled in says which machine is called.
    /// - Throws: `ConfigIssue`.
    public init(httpURL value: ConfigValue, allowed: Set<String>) throws {
        try self.init(value, allowed: allowed)
        var start = ""
        if case .literal(let text)? = parts.first { start = text }
        let isWhole = parts.count <= 1
        let behindScheme = start.firstRange(of: "://").map { start[$0.upperBound...] } ?? ""
        guard HTTPAddress(start) != nil, isWhole || behindScheme.contains(where: { "/?#".contains($0) }) else {
            throw ConfigIssue(
                at: value.place, "http.url", "'url' does not begin with http:// or https:// and a host",
                hint: "write https://example.org/orders; a placeholder cannot stand in the host")
        }
    }
}
