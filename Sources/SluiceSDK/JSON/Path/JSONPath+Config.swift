extension JSONPath {
    /// A path as it stands in a configuration file.
    /// - Throws: `ConfigIssue` at its place.
    public init(_ config: Config, _ key: String) throws {
        let value = try config.required(key)
        let text = try config.string(key)
        do throws(SelectorError) {
            try self.init(configured: text)
        } catch {
            throw ConfigIssue(at: value.place, error.code, error.reason)
        }
    }
}
