extension Charset {
    /// The `charset:` key that formats share.
    public static let field = ConfigField(
        "charset", .string, default: "utf-8", example: "gb18030",
        "How the text is encoded: utf-8, gb18030, gbk, gb2312, big5 or another name that iconv knows. `auto`: a byte "
            + "order mark decides; else valid UTF-8 is UTF-8, and anything else is gb18030.")

    /// - Throws: `ConfigIssue` when there is no such charset.
    public init(_ config: Config) throws {
        let label = try config.optionalString("charset") ?? "utf-8"
        guard let known = Charset(label) else {
            throw ConfigIssue(
                at: config.optional("charset")?.place ?? config.place, "format.charset",
                "there is no charset '\(label)'", hint: "write utf-8, gb18030, gbk, gb2312, big5 or auto")
        }
        self = known
    }
}
