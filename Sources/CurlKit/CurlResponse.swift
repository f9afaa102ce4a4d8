/// An answer of any status: 404 and 500 are answers, not errors.
public struct CurlResponse: Sendable {
    public var status: Int
    /// Names in lower case, in the order they came.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// The last line of a mail server's answer; empty for HTTP.
    public var lastLine = ""
    /// How many connections were made for it: none when one was there already.
    public var openedConnections = 0
    /// A file server's time of the file, in seconds since 1970; nil where it says none.
    public var modified: Int?

    public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name; `name` in lower case.
    public func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    public var text: String { String(decoding: body, as: UTF8.self) }
}
