/// A handler's request, read within the limits.
struct HandlerCall: Sendable {
    var method: String
    /// Without the query.
    var path: String
    /// Behind the `?`, as it was sent.
    var query = ""
    /// The `Authorization` header.
    var authorization: String?
    var body: [UInt8]
}

/// What a handler hears: a kind of JSON, or a file.
struct HandlerAnswer: Sendable {
    var status: Int
    var type = "application/json"
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]
}
