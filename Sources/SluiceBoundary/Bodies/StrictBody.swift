internal import SluiceSDK

/// Reads the members of a body, each once and none that is unknown.
struct StrictBody {
    /// Bodies are small; one text is at most this long.
    static let longestText = 64 * 1024

    private let found: [String: JSONElement]

    init(_ bytes: [UInt8], version: String, known: Set<String>) throws(BodyFault) {
        let root: JSONElement
        do throws(JSONFault) {
            let document = try JSONDocument.parse(bytes, maxDepth: 8)
            guard !document.isRepaired else { throw JSONFault("json.text", "a text is not valid UTF-8") }
            root = document.root
        } catch {
            throw BodyFault("schema.json", error.reason)
        }
        try self.init(root)
        // The version first: of a foreign schema nothing else is worth saying.
        guard let found = try optionalText("schema_version") else { throw missing("schema_version") }
        guard found == version else {
            throw BodyFault("schema.version", path: "schema_version", "only version \(version) is taken here")
        }
        if let unknown = self.found.keys.filter({ !known.contains($0) }).min() {
            throw BodyFault("schema.unknown-field", path: unknown, "no such field")
        }
    }

    private init(_ root: JSONElement) throws(BodyFault) {
        guard root.kind == .object else { throw BodyFault("schema.type", "an object was expected") }
        var found: [String: JSONElement] = [:]
        var twice: String?
        root.forEachMember { key, value in
            if found.updateValue(value, forKey: key) != nil { twice = key }
        }
        if let twice { throw BodyFault("schema.duplicate-field", path: twice, "the field stands here twice") }
        self.found = found
    }

    func text(_ key: String) throws(BodyFault) -> String {
        guard let text = try optionalText(key) else { throw missing(key) }
        return text
    }

    func optionalText(_ key: String) throws(BodyFault) -> String? {
        guard let value = found[key] else { return nil }
        guard let text = value.string else { throw BodyFault("schema.type", path: key, "text was expected") }
        guard text.utf8.count <= Self.longestText else {
            throw BodyFault("schema.too-long", path: key, "the text is longer than \(Self.longestText) bytes")
        }
        if let violation = TextHygiene.firstViolation(in: text) {
            throw BodyFault(violation.code, path: key, violation.reason)
        }
        return text
    }

    func oneOf(_ choices: [String], _ key: String) throws(BodyFault) -> String {
        let text = try text(key)
        guard choices.contains(text) else {
            throw BodyFault("schema.choice", path: key, "only \(choices.joined(separator: ", ")) may stand here")
        }
        return text
    }

    /// An id or a code word: no spaces, no escapes.
    func name(_ key: String) throws(BodyFault) -> String {
        let text = try text(key)
        guard Name.isValid(text) else {
            throw BodyFault("schema.name", path: key, "only 1 to 128 of A-Z a-z 0-9 . _ : - may stand here")
        }
        return text
    }

    func optionalInteger(_ key: String) throws(BodyFault) -> Int? {
        guard let value = found[key] else { return nil }
        guard let number = value.integer else {
            throw BodyFault("schema.type", path: key, "a whole number was expected")
        }
        return number
    }

    /// Base64 of the standard alphabet, padded, without white space: one spelling for the same bytes.
    func bytes(_ key: String, atMost limit: Int) throws(BodyFault) -> [UInt8] {
        guard let value = found[key] else { throw missing(key) }
        guard let text = value.string else { throw BodyFault("schema.type", path: key, "text was expected") }
        guard text.utf8.count <= (limit + 2) / 3 * 4, let bytes = Base64.decode(text), bytes.count <= limit else {
            throw BodyFault("schema.base64", path: key, "base64 of at most \(limit) bytes was expected")
        }
        guard text.utf8.count == (bytes.count + 2) / 3 * 4 else {
            throw BodyFault("schema.base64", path: key, "base64 without white space and with its padding was expected")
        }
        return bytes
    }

    func time(_ key: String) throws(BodyFault) -> Timestamp {
        guard let time = Timestamp(rfc3339: try text(key)) else {
            throw BodyFault("schema.date-time", path: key, "the time is not RFC 3339 with an offset")
        }
        return time
    }

    private func missing(_ key: String) -> BodyFault {
        BodyFault("schema.required", path: key, "the field is missing")
    }
}
