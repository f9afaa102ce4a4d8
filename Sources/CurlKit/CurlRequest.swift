public import SluiceSDK

/// The other side's certificate, and our own, as PEM files.
public struct CurlTLS: Sendable, Hashable {
    /// Takes the place of the system's list of authorities.
    public var authorities: String?
    public var certificate: String?
    public var key: String?

    public init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }
}

/// One HTTP request. Redirects are never followed, proxies from the environment are never used.
public struct CurlRequest: Sendable {
    /// `http` or `https`; other protocols are refused, but for those of `mail` and `files`.
    public var url: String
    public var method: String
    /// In the order given; a name or value that could break out of its line is refused.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// For everything, from the look-up of the name to the last byte of the answer.
    public var timeout: Duration
    public var connectTimeout: Duration
    /// Bytes of the answer's body, after its Content-Encoding is undone; a larger one ends the request with `curl.too-large`.
    public var maxResponseBytes: Int
    /// The only addresses it may connect to, checked when the socket is opened, so that no name can lead elsewhere;
    /// nil allows every address.
    public var allowed: [CIDR]?
    /// With `allowed`: every public address too, so that only what leads inside has to be named.
    public var allowsPublic = false
    /// Connects to this socket file; the URL then only names host and path.
    public var unixSocketPath: String?
    /// `http://proxy:3128`; `allowed` then speaks of the proxy's address.
    public var proxy: String?
    public var tls = CurlTLS()
    /// Set for a request to a mail server; `url` is then one of its protocols and `method` counts for nothing.
    public var mail: CurlMail?
    /// The same for a file server.
    public var files: CurlFiles?

    public init(
        _ method: String = "GET", _ url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        timeout: Duration = .seconds(30), connectTimeout: Duration = .seconds(10), maxResponseBytes: Int = 1 << 20,
        allowed: [CIDR]? = nil, unixSocketPath: String? = nil
    ) {
        self.url = url
        self.method = method
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.maxResponseBytes = maxResponseBytes
        self.allowed = allowed
        self.unixSocketPath = unixSocketPath
    }
}
