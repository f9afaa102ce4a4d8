/// A handler's request, read within the limits.
struct HandlerCall: Sendable {
    var method: String
    /// Without the query.
    var path: String
    /// The `Authorization` header.
    var authorization: String?
    var body: [UInt8]
}

/// What a handler hears: always JSON.
struct HandlerAnswer: Sendable {
    var status: Int
    var headers: [(name: String, value: String)] = []
    var body: [UInt8]
}
