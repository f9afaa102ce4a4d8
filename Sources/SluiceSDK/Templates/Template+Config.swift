extension Template {
    /// A template as it stands in a configuration file.
    /// - Throws: `ConfigIssue` at its place.
    public init(_ value: ConfigValue, allowed: Set<String>? = nil) throws {
        guard let text = value.text else {
            throw ConfigIssue(
                at: value.place, "config.type", "this is not text", hint: "write text with {placeholders}")
        }
        do {
            try self.init(text, allowed: allowed)
        } catch let error as SelectorError {
            throw ConfigIssue(at: value.place, error.code, error.reason)
        }
    }
}
