/// The declarations of `auth:`: one list of words for those who call us and for those we call.
enum AuthSpec {
    static func variants(incoming: Bool) -> [ConfigVariant] {
        [
            ConfigVariant("none", incoming ? "Anybody may call." : "Nothing is sent.", ConfigSpec([])),
            ConfigVariant("api-key", "A key in a header or in the query.", apiKey(incoming)),
            ConfigVariant("basic", "Name and password, RFC 7617.", basic),
            ConfigVariant("bearer", "A token, RFC 6750.", bearer(incoming)),
            ConfigVariant("signature", "A digest over a text that both sides build.", signature(incoming)),
        ]
    }

    static let standardWebhooks = ConfigVariant(
        "standard-webhooks", "Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.",
        ConfigSpec([
            ConfigField(
                "secret", .oneOrMany(.secret), required: true, example: "${file:12345}",
                "Base64, with or without `whsec_` before it." + several(true)),
            ConfigField(
                "window", .duration, default: "5m", example: "5m",
                "How far the timestamp may be from the gateway's clock, in both directions."),
        ]))

    private static func secret(_ incoming: Bool) -> ConfigType { incoming ? .oneOrMany(.secret) : .secret }

    private static func several(_ incoming: Bool) -> String {
        incoming ? " A list takes any one of them, so that keys can be changed without a gap." : ""
    }

    private static func apiKey(_ incoming: Bool) -> ConfigSpec {
        ConfigSpec([
            ConfigField("header", .string, example: "X-API-Key", "The header that holds the key."),
            ConfigField("query", .string, example: "appkey", "Or the query parameter that holds it."),
            ConfigField(
                "key", secret(incoming), required: true, example: "${file:12345}", "The key." + several(incoming)),
        ])
    }

    private static let basic = ConfigSpec([
        ConfigField("user", .string, required: true, example: "platform", "The name."),
        ConfigField("password", .secret, required: true, example: "${file:12345}", "The password."),
    ])

    private static func bearer(_ incoming: Bool) -> ConfigSpec {
        ConfigSpec([
            ConfigField(
                "token", secret(incoming), required: true, example: "${file:12345}", "The token." + several(incoming))
        ])
    }

    private static func signature(_ incoming: Bool) -> ConfigSpec {
        let shared = [
            ConfigField(
                "algorithm", .choice(SignatureAlgorithm.allCases.map(\.rawValue)), default: "hmac-sha256",
                example: "hmac-sm3",
                "The bare digests need `{secret}` in the text; `md5` is broken and gives a warning."),
            ConfigField("app_key", .string, example: "sluice", "What `{app_key}` stands for."),
            ConfigField(
                "secret", secret(incoming), required: true, example: "${file:12345}",
                "The key of the digest, and what `{secret}` stands for." + several(incoming)),
            ConfigField(
                "text", .template, required: true, example: "\"{app_key}{timestamp}{body}\"",
                "The text that is signed: `{app_key}`, `{timestamp}`, `{nonce}`, `{method}`, `{path}`, "
                    + "`{sorted_params}` (query parameters and form fields by name, `a=1&b=2`; with the signature in a JSON "
                    + "body also its members that are text, whole numbers or booleans), `{body}`, `{secret}`."),
            ConfigField(
                "encoding", .choice(["hex", "HEX", "base64"]), default: "hex", example: "base64",
                "How the signature is written."),
            ConfigField(
                "timestamp_format", .string, default: "epoch-s", example: "yyyyMMddHHmmss",
                "`epoch-s`, `epoch-ms`, `rfc3339` or a date pattern."),
            ConfigField("zone", .string, default: "Asia/Shanghai", example: "+08:00", "The zone of a date pattern."),
            ConfigField(
                "send", .object(send),
                "Where the parts stand: `header NAME`, `query NAME` or `body NAME` (of a form or a JSON object)."),
        ]
        let window = ConfigField(
            "window", .duration, default: "5m", example: "5m",
            "How far the timestamp may be from the gateway's clock, in both directions. Without `{timestamp}` in the "
                + "text nothing is compared, and a request can be repeated for ever.")
        return ConfigSpec(incoming ? shared + [window] : shared)
    }

    private static let send = ConfigSpec([
        ConfigField("signature", .string, default: "header X-Signature", example: "query sign", "The signature."),
        ConfigField(
            "timestamp", .string, example: "header X-Timestamp",
            "The timestamp; `header X-Timestamp` if the text holds it."),
        ConfigField("nonce", .string, example: "header X-Nonce", "The nonce; needed when the text holds it."),
        ConfigField(
            "app_key", .string, example: "query appkey", "The application key, where the other side wants to see it."),
    ])
}
