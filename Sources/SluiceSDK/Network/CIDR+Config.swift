extension Config {
    /// Address ranges under `key`, one or a list; nil when the key is absent.
    /// - Throws: `ConfigIssue` at the range that is none.
    public func networks(_ key: String) throws -> [CIDR]? {
        guard let found = optional(key) else { return nil }
        return try (found.items ?? [found]).map { item in
            do throws(CIDRError) {
                return try CIDR(item.text ?? "")
            } catch {
                throw ConfigIssue(at: item.place, "config.type", error.reason)
            }
        }
    }
}
