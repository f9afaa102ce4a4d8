/// Checks pushes that are signed as Standard Webhooks says: HMAC-SHA-256 over `id.timestamp.body`.
struct StandardWebhook: Sendable {
    private let keys: [[UInt8]]
    let window: Duration

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        window = try config.optionalDuration("window") ?? .seconds(300)
        keys = try config.strings("secret").map { secret in
            let encoded = secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret
            guard let key = Base64.decode(encoded), (24...64).contains(key.count) else {
                throw ConfigIssue(
                    at: config.optional("secret")?.place ?? config.place, "auth.secret",
                    "the secret is not base64 of 24 to 64 bytes", hint: "take it as the upstream shows it, whsec_…")
            }
            return key
        }
        guard !keys.isEmpty else {
            throw ConfigIssue(at: config.place, "auth.secret", "'secret' is empty", hint: "write 'secret: ${file:…}'")
        }
    }

    /// True when one of the signatures in the header fits one of the keys.
    func isSigned(_ request: PushRequest, id: String, timestamp: String) -> Bool {
        let message = Array("\(id).\(timestamp).".utf8) + request.body
        let given = (request.header("webhook-signature") ?? "").split(separator: " ").prefix(16)
            .filter { $0.hasPrefix("v1,") }.compactMap { Base64.decode(String($0.dropFirst(3))) }
        // Every key and every signature is tried, whichever fits: the time says nothing.
        return keys.reduce(false) { found, key in
            let right = hmacSHA256(key: key, message)
            return given.reduce(false) { constantTimeEqual($1, right) || $0 } || found
        }
    }
}
