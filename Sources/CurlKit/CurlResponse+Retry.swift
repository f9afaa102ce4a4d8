public import SluiceSDK

extension CurlResponse {
    public var isSuccess: Bool { (200..<300).contains(status) }

    /// What the other side asked for in Retry-After; zero when it asked for nothing.
    public func retryAfter(now: Timestamp) -> Duration {
        header("retry-after").flatMap { RetryAfter.parse($0, now: now) } ?? .zero
    }

    /// At most 500 characters of the body on one line, for people to read.
    public var excerpt: String {
        let start = body.prefix(4096)
        let label = header("content-type")?.lowercased().split(separator: "charset=").dropFirst().first
        let name = label?.prefix { !"; ,\"".contains($0) }.drop { $0 == "\"" }
        let charset = name.flatMap { Charset(String($0)) } ?? .utf8
        let bytes = charset.isUTF8 ? Array(start) : charset.text(of: Array(start)).bytes
        let line = String(decoding: bytes, as: UTF8.self).unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control || scalar.properties.isNoncharacterCodePoint ? " " : scalar
        }
        return String(String(String.UnicodeScalarView(line)).prefix(500))
    }
}

extension PluginError {
    /// What a failed request means for whoever wanted to send something.
    /// - Parameter plugin: what the error's code begins with.
    public init(_ error: CurlError, plugin: String) {
        let label = plugin + "." + error.code.drop { $0 != "." }.dropFirst()
        switch error.code {
        case "curl.refused", "curl.dns", "curl.tls": self.init(.notConnected, label, error.reason)
        case "curl.url", "curl.request": self.init(.rejected, label, error.reason)
        default: self.init(.retry(after: .zero), label, error.reason)
        }
    }
}
