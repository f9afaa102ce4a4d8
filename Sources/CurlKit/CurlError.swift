internal import CCurl

/// Why there is no answer.
public struct CurlError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `curl.refused`, `curl.dns`, `curl.tls`, `curl.timeout`, `curl.broken`, `curl.too-large`,
    /// `curl.address-not-allowed`, `curl.url`, `curl.request`, `curl.closed`,
    /// `curl.token` or `curl.failed`; of mail servers `curl.login`, `curl.not-found` (no such message), `curl.denied` (no
    /// such folder), `curl.command` and, of file servers, `curl.upload` (refused).
    public var code: String
    /// What a mail server said last: 550; nil where it said nothing.
    public var status: Int?
    /// For ops; holds no URL, no header, no body.
    public var reason: String

    public init(_ code: String, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    public var description: String { "[\(code)] \(reason)" }

    /// True when the same request may go through later without anybody changing anything.
    public var isTransient: Bool {
        ["curl.refused", "curl.dns", "curl.timeout", "curl.broken", "curl.closed", "curl.failed"].contains(code)
    }

    /// True when no connection came about, so that the other side has seen nothing of the request.
    public var isBeforeConnection: Bool {
        ["curl.refused", "curl.dns", "curl.address-not-allowed", "curl.url", "curl.request"].contains(code)
    }

    static let closed = CurlError("curl.closed", "the client was closed")

    init(_ code: CURLcode, detail: String) {
        let fallback = String(cString: curl_easy_strerror(code))
        self.init(Self.label(code, detail), detail.isEmpty ? fallback : detail)
    }

    private static func label(_ code: CURLcode, _ detail: String) -> String {
        // What libcurl has no codes of its own for: a mail folder that does not open, and an answer of too many lines.
        if detail == "Select failed" { return "curl.denied" }
        if detail.hasPrefix("Too large response headers") { return "curl.too-large" }
        return switch code {
        case CURLE_COULDNT_CONNECT: "curl.refused"
        case CURLE_COULDNT_RESOLVE_HOST: "curl.dns"
        case CURLE_OPERATION_TIMEDOUT: "curl.timeout"
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: "curl.url"
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_WEIRD_SERVER_REPLY,
            CURLE_BAD_CONTENT_ENCODING:
            "curl.broken"
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_PEER_FAILED_VERIFICATION,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            "curl.tls"
        case CURLE_USE_SSL_FAILED: "curl.tls"
        case CURLE_LOGIN_DENIED: "curl.login"
        case CURLE_REMOTE_FILE_NOT_FOUND: "curl.not-found"
        case CURLE_REMOTE_ACCESS_DENIED: "curl.denied"
        case CURLE_QUOTE_ERROR, CURLE_FTP_COULDNT_RETR_FILE: "curl.command"
        case CURLE_UPLOAD_FAILED, CURLE_REMOTE_DISK_FULL: "curl.upload"
        default: "curl.failed"
        }
    }
}
