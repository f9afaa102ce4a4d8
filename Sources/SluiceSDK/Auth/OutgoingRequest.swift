/// A request as a sender builds it, before it is signed.
public struct OutgoingRequest: Sendable {
    public var method: String
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(
        method: String, url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }

    public func hasHeader(_ name: String) -> Bool {
        headers.contains { $0.name.lowercased() == name.lowercased() }
    }

    /// Replaces a header of that name.
    public mutating func setHeader(_ name: String, _ value: String) {
        headers.removeAll { $0.name.lowercased() == name.lowercased() }
        headers.append((name, value))
    }

    /// Adds a parameter to the URL, percent-encoded, before a fragment.
    public mutating func addQuery(_ name: String, _ value: String) {
        let pair = TemplateEscape.url.apply(name) + "=" + TemplateEscape.url.apply(value)
        let fragment = url.firstIndex(of: "#") ?? url.endIndex
        url.insert(contentsOf: (url[..<fragment].contains("?") ? "&" : "?") + pair, at: fragment)
    }

    /// The path of the URL, without query and fragment.
    public var path: String {
        let target = afterAuthority
        return target.isEmpty || !target.hasPrefix("/") ? "/" : String(target.prefix { $0 != "?" && $0 != "#" })
    }

    /// Decoded parameters of the URL, in order.
    public var query: [(name: String, value: String)] {
        guard let mark = afterAuthority.firstIndex(of: "?") else { return [] }
        let text = afterAuthority[afterAuthority.index(after: mark)...].prefix { $0 != "#" }
        return QueryString.decode(text)
    }

    private var afterAuthority: Substring {
        guard let scheme = url.firstRange(of: "://") else { return url[...] }
        return url[scheme.upperBound...].drop { $0 != "/" && $0 != "?" && $0 != "#" }
    }
}
