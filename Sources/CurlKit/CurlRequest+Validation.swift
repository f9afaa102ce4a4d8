internal import SluiceSDK

extension CurlRequest {
    /// Nothing that was filled into a template may add a line of its own.
    func validate() throws {
        try mail?.validate()
        try files?.validate()
        guard HeaderName.isValid(method) else { throw CurlError("curl.request", "the method is not a word") }
        guard !url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw CurlError("curl.url", "the URL holds a space or a control character; percent-encode it")
        }
        for header in headers {
            guard HeaderName.isValid(header.name) else {
                throw CurlError("curl.request", "\"\(header.name)\" is not a header name")
            }
            guard !header.value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
                throw CurlError("curl.request", "the value of header \(header.name) holds a control character")
            }
        }
    }
}
