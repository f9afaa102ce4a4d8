internal import SluiceSDK

/// A signing key of Standard Webhooks.
struct WebhookSecret: Sendable {
    private let key: [UInt8]

    /// - Throws: `ConfigIssue` when `whsec_` is not followed by base64 of 24 to 64 bytes, or there is nothing at all.
    init(_ text: String, at place: ConfigPlace) throws {
        guard text.hasPrefix("whsec_") else {
            key = Array(text.utf8)
            guard !key.isEmpty else {
                throw ConfigIssue(
                    at: place, "webhook.secret", "the secret is empty", hint: "put a key into the secret's file")
            }
            return
        }
        guard let decoded = Base64.decode(String(text.dropFirst(6))), (24...64).contains(decoded.count) else {
            throw ConfigIssue(
                at: place, "webhook.secret", "the secret begins with whsec_ but is not base64 of 24 to 64 bytes",
                hint: "make one: echo \"whsec_$(openssl rand -base64 32)\"")
        }
        key = decoded
    }

    /// `v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`.
    func signature(id: String, timestamp: Int, body: [UInt8]) -> String {
        "v1," + Base64.encode(hmacSHA256(key: key, Array("\(id).\(timestamp).".utf8) + body))
    }
}
