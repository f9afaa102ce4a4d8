public import SluiceSDK

/// `success:`: what the envelope inside a 2xx answer must say.
public struct SuccessRule: Sendable {
    public static let spec = ConfigSpec([
        ConfigField("where", .string, required: true, example: "$.code", "A JSONPath that finds one value."),
        ConfigField(
            "equals", .list(.scalar), required: true, example: "[0, \"200\"]",
            "The values that are meant: a bare number is a number, a quoted one is text."),
    ])

    public enum Finding: Sendable {
        case meant, notMeant
        /// The body is not JSON.
        case noEnvelope
    }

    public let path: JSONPath
    private let values: [ConfigValue]

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config) throws {
        path = try JSONPath(config, "where")
        values = try config.required("equals").items ?? []
        guard !values.isEmpty else {
            throw ConfigIssue(
                at: config.place, "http.success", "'equals' names no value", hint: "write 'equals: [0]'")
        }
    }

    public func find(in body: [UInt8]) -> Finding {
        guard let document = try? JSONDocument.parse(body) else { return .noEnvelope }
        guard let found = try? path.first(in: document.root) else { return .notMeant }
        return values.contains { Self.matches(found, $0) } ? .meant : .notMeant
    }

    private static func matches(_ found: JSONElement, _ wanted: ConfigValue) -> Bool {
        guard case .scalar(let text, let isPlain) = wanted.content else { return false }
        switch found.kind {
        case .string: return found.string == text && (!isPlain || Double(text) == nil)
        case .number: return isPlain && found.number == Double(text)
        case .boolean: return isPlain && found.boolean == Bool(text)
        case .null: return wanted.isNull
        case .array, .object: return false
        }
    }
}
