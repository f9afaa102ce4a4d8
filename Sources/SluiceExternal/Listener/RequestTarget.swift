internal import SluiceSDK

/// Path and query of a request line.
struct RequestTarget {
    /// As it was sent: `%2F` is not a slash, and `..` leads nowhere.
    let path: String
    /// Percent-decoded, in order.
    let query: [(name: String, value: String)]

    init(_ uri: String) {
        guard let mark = uri.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            (path, query) = (uri, [])
            return
        }
        path = String(uri[..<mark])
        query = QueryString.decode(uri[uri.index(after: mark)...])
    }
}
