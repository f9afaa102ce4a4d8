/// How a signature is made: the same words for requests that are checked and requests that are sent.
public struct SignatureRecipe: Sendable {
    enum Encoding: String, CaseIterable {
        case lowerHex = "hex"
        case upperHex = "HEX"
        case base64
    }

    public static let placeholders: Set<String> = [
        "app_key", "timestamp", "nonce", "method", "path", "sorted_params", "body", "secret",
    ]

    /// What the text is made of; `sorted_params` are the query parameters, and the fields of a form or of a JSON object
    /// that carries its signature, all but the signature, by name, as `name=value` joined by `&`, decoded.
    public struct Input {
        public var method: String
        public var path: String
        public var query: [(name: String, value: String)]
        public var body: [UInt8]
        public var contentType: String?
        public var timestamp: String
        public var nonce: String
    }

    let text: Template
    let algorithm: SignatureAlgorithm
    let encoding: Encoding
    let appKey: String
    /// The first one signs; any one is good when a signature is checked, so that keys can be changed without a gap.
    let secrets: [String]
    let timestampFormat: TimestampFormat

    let signaturePlace: AuthPlace
    let timestampPlace: AuthPlace?
    let noncePlace: AuthPlace?
    let appKeyPlace: AuthPlace?

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        text = try Template(config.required("text"), allowed: Self.placeholders)
        encoding = Encoding(rawValue: try config.optionalString("encoding") ?? "hex") ?? .lowerHex
        appKey = try config.optionalString("app_key") ?? ""
        secrets = try config.strings("secret")
        timestampFormat = try TimestampFormat(config)
        algorithm = try SignatureAlgorithm.read(config, text: text)
        guard !secrets.isEmpty, !secrets.contains("") else {
            throw ConfigIssue(
                at: config.place, "auth.secret", "the signature has no secret", hint: "add 'secret: ${file:…}'")
        }
        let send = config.optionalObject("send")
        signaturePlace = try send?.optional("signature").map { try AuthPlace($0) } ?? AuthPlace(.header, "X-Signature")
        noncePlace = try send?.optional("nonce").map { try AuthPlace($0) }
        appKeyPlace = try send?.optional("app_key").map { try AuthPlace($0) }
        let usesTimestamp = text.names.contains("timestamp")
        timestampPlace =
            try send?.optional("timestamp").map { try AuthPlace($0) }
            ?? (usesTimestamp ? AuthPlace(.header, "X-Timestamp") : nil)
        if text.names.contains("nonce"), noncePlace == nil {
            throw ConfigIssue(
                at: config.place, "auth.nonce", "the text holds {nonce}, but nothing says where the nonce stands",
                hint: "add 'send: { nonce: header X-Nonce }'")
        }
        if text.names.contains("body"), signaturePlace.kind == .body {
            throw ConfigIssue(
                at: config.place, "auth.place", "the text holds {body}, and the signature stands in the body itself",
                hint: "sign {sorted_params}, or send the signature in a header")
        }
    }

    /// The signature over the text, before it is encoded.
    func digest(_ input: Input, secret: String) -> [UInt8] {
        algorithm.sign(message(input, secret: secret), secret: secret) ?? []
    }

    func encoded(_ digest: [UInt8]) -> String {
        switch encoding {
        case .lowerHex: Hex.encode(digest)
        case .upperHex: Hex.encode(digest).uppercased()
        case .base64: Base64.encode(digest)
        }
    }

    /// Hexadecimal is read in either case.
    func decoded(_ text: String) -> [UInt8]? {
        encoding == .base64 ? Base64.decode(text) : Hex.decode(text)
    }

    /// Bytes, not text: a body need not be UTF-8 for its signature to be right.
    func message(_ input: Input, secret: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for part in text.parts {
            switch part {
            case .literal(let literal): bytes += literal.utf8
            case .placeholder("body", _): bytes += input.body
            case .placeholder(let name, _): bytes += value(name, input, secret).utf8
            }
        }
        return bytes
    }

    private func value(_ name: String, _ input: Input, _ secret: String) -> String {
        switch name {
        case "app_key": appKey
        case "timestamp": input.timestamp
        case "nonce": input.nonce
        case "method": input.method
        case "path": input.path
        case "sorted_params": sortedParameters(input)
        case "secret": secret
        default: ""
        }
    }

    private func sortedParameters(_ input: Input) -> String {
        let isForm = input.contentType?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
        let fields =
            isForm || signaturePlace.kind == .body ? BodyFields.read(input.body, contentType: input.contentType) : []
        let all =
            input.query.filter { signaturePlace != AuthPlace(.query, $0.name) }
            + fields.filter { signaturePlace != AuthPlace(.body, $0.name) }
        return all.sorted { ($0.name, $0.value) < ($1.name, $1.value) }
            .map { $0.name + "=" + $0.value }.joined(separator: "&")
    }
}
