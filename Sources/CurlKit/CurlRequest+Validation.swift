extension CurlRequest {
    /// Nothing that was filled into a template may add a line of its own.
    func validate() throws {
        guard Self.isToken(method) else { throw CurlError("curl.request", "the method is not a word") }
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw CurlError("curl.url", "the URL holds a space or a control character; percent-encode it")
        }
        for header in headers {
            guard Self.isToken(header.name) else {
                throw CurlError("curl.request", "\"\(header.name)\" is not a header name")
            }
            guard !header.value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
                throw CurlError("curl.request", "the value of header \(header.name) holds a control character")
            }
        }
    }

    /// RFC 9110's token.
    static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
