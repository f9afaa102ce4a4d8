/// What the prefixes of paths and selectors stand for.
///
/// Without a map, names mean every element and attribute of that name, whatever its namespace: upstreams change their
/// prefixes and forget their namespaces. With one, names are XPath 1.0: `a` has no namespace, `p:a` that of `p`.
public struct XMLNamespaces: Sendable, Hashable {
    /// nil when namespaces do not count.
    let uris: [String: String]?

    public static let ignored = XMLNamespaces(uris: nil)

    init(uris: [String: String]?) {
        self.uris = uris
    }

    /// The `namespaces:` key.
    public static let field = ConfigField(
        "namespaces", .map(.string), example: "{ soap: http://schemas.xmlsoap.org/soap/envelope/ }",
        "The prefixes that paths and selectors use. Without it namespaces do not count: `order` is every element of "
            + "that name. With it names are those of XPath 1.0: `order` has no namespace, `o:order` has that of `o`.")

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config) throws {
        guard let written = config.optional("namespaces") else {
            self = .ignored
            return
        }
        var uris: [String: String] = [:]
        for entry in written.entries ?? [] {
            guard let uri = entry.value.text, !uri.isEmpty, XPathWords.isName(entry.key) else {
                throw ConfigIssue(
                    at: entry.place, "xml.namespaces", "'\(entry.key)' is not a prefix and its namespace",
                    hint: "write namespaces: { soap: http://schemas.xmlsoap.org/soap/envelope/ }")
            }
            uris[entry.key] = uri
        }
        self.init(uris: uris)
    }

    /// - Throws: `SelectorError` when the prefix stands for nothing.
    func uri(of prefix: String, at offset: Int) throws(SelectorError) -> String {
        if let uri = uris?[prefix] { return uri }
        let hint: String
        if let uris {
            hint = NearestName.hint(for: prefix, among: uris.keys.sorted())
        } else {
            hint = "leave the prefix out, or add 'namespaces: { \(prefix): … }'"
        }
        throw SelectorError("xpath.prefix", "the prefix '\(prefix)' stands for no namespace; \(hint)", offset: offset)
    }
}
