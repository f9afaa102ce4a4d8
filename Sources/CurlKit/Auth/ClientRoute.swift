public import SluiceSDK

/// How one channel's requests reach the other side, whatever they ask for.
public struct ClientRoute: Sendable {
    public var timeout: Duration
    public var allowed: [CIDR]?
    public var proxy: String?
    public var tls: CurlTLS

    public static let fields = [
        ConfigField("timeout", .duration, default: "30s", "For one request, from the look-up to the last byte."),
        ConfigField("proxy", .string, example: "http://10.0.0.5:3128", "The HTTP proxy of this channel."),
        ConfigField(
            "ca", .string, example: "certificates/platform.pem",
            "A PEM file of the authorities that are trusted instead of the system's."),
        ConfigField(
            "allow", .list(.network), example: "[10.0.0.0/24]",
            "The only addresses it may connect to (the proxy's, where there is one); left out, every one."),
    ]

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config) throws {
        timeout = try config.optionalDuration("timeout") ?? .seconds(30)
        allowed = try config.networks("allow")
        proxy = try config.optionalString("proxy")
        if let proxy, HTTPAddress(proxy) == nil {
            throw ConfigIssue(
                at: config.optional("proxy")?.place ?? config.place, "http.proxy", "'proxy' is not an address",
                hint: "write http://10.0.0.5:3128")
        }
        tls = CurlTLS(authorities: config.has("ca") ? try config.path("ca") : nil)
        guard let auth = config.optionalObject("auth"), try auth.string("type") == "mtls" else { return }
        tls.certificate = try auth.path("certificate")
        tls.key = try auth.path("key")
    }

    func request(_ request: OutgoingRequest, maxResponseBytes: Int) -> CurlRequest {
        var curl = CurlRequest(
            request.method, request.url, headers: request.headers, body: request.body, timeout: timeout,
            maxResponseBytes: maxResponseBytes, allowed: allowed)
        curl.proxy = proxy
        curl.tls = tls
        return curl
    }
}
