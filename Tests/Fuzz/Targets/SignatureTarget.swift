@testable import SluiceSDK

/// Pushes whose signature a stranger wrote, and pushes signed with the right secret by somebody who means harm: lines are
/// header, timestamp, query and body. Of the first byte, the highest bit asks for the right signature.
enum SignatureTarget {
    private static let secret = "a-secret-of-the-fuzzer-0123"

    private static let recipes: [ConfigLiteral] = [
        [
            "type": "signature", "algorithm": "hmac-sha256", "secret": .text(secret), "text": "{timestamp}{body}",
            "send": ["signature": "header X-Signature", "timestamp": "header X-Timestamp"],
        ],
        [
            "type": "signature", "algorithm": "hmac-sha256", "secret": .text(secret),
            "text": "{timestamp}{method}{path}", "timestamp_format": "yyyyMMddHHmmss",
            "send": ["signature": "header X-Signature", "timestamp": "header X-Timestamp"],
        ],
        [
            "type": "signature", "algorithm": "hmac-sha256", "secret": .text(secret), "encoding": "base64",
            "text": "{sorted_params}{timestamp}", "timestamp_format": "epoch-ms",
            "send": ["signature": "query sign", "timestamp": "query t"],
        ],
        [
            "type": "signature", "algorithm": "hmac-sha256", "secret": .text(secret), "encoding": "HEX",
            "text": "{timestamp}{sorted_params}", "timestamp_format": "rfc3339",
            "send": ["signature": "body sign", "timestamp": "header X-Timestamp"],
        ],
    ]

    private static let methods =
        (recipes + [
            ["type": "standard-webhooks", "secret": .text("whsec_" + Base64.encode(Array(secret.utf8)))],
            ["type": "basic", "user": "u", "password": .text(secret)], ["type": "bearer", "token": .text(secret)],
        ]).map { literal in made { try IncomingAuth(Config(literal.value)) } }

    private static let signers = recipes.map { literal in made { try SignatureRecipe(Config(literal.value)) } }

    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let method = Int(first & 0x7F) % methods.count
        let (header, afterHeader) = Array(bytes.dropFirst()).headAndRest
        let (timestamp, afterTime) = afterHeader.headAndRest
        let (query, body) = afterTime.headAndRest
        var request = PushRequest(
            method: "POST", path: "/in/x", query: QueryString.decode(query.text),
            headers: [
                ("content-type", "application/json"), ("x-timestamp", timestamp.text),
                ("webhook-timestamp", timestamp.text), ("webhook-id", "m"), ("authorization", header.text),
            ], body: body, now: 1_790_000_000)
        if method == 2 { request.query.append(("t", timestamp.text)) }
        let signature = first >= 128 ? right(method, request, timestamp.text) : header.text
        request.headers += [("x-signature", signature), ("webhook-signature", signature)]
        if method == 2 { request.query.append(("sign", signature)) }
        try? methods[method].check(request)
    }

    private static func right(_ method: Int, _ request: PushRequest, _ timestamp: String) -> String {
        guard method < signers.count else {
            let message = Array("m.\(timestamp).".utf8) + request.body
            return "v1," + Base64.encode(hmacSHA256(key: Array(secret.utf8), message))
        }
        let input = SignatureRecipe.Input(
            method: request.method, path: request.path, query: request.query, body: request.body,
            contentType: request.header("content-type"), timestamp: timestamp, nonce: "")
        return signers[method].encoded(signers[method].digest(input, secret: secret))
    }

    private static func made<Made>(_ make: () throws -> Made) -> Made {
        do {
            return try make()
        } catch {
            fatalError("the authentication of a target: \(error)")
        }
    }
}
