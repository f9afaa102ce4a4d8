internal import CurlKit
internal import SluiceSDK

/// `success:`: what the envelope inside a 2xx answer must say.
struct SuccessRule: Sendable {
    static let spec = ConfigSpec([
        ConfigField("where", .string, required: true, example: "$.code", "A JSONPath that finds one value."),
        ConfigField(
            "equals", .list(.scalar), required: true, example: "[0, \"200\"]",
            "The values that mean success: a bare number is a number, a quoted one is text."),
    ])

    private let path: JSONPath
    private let values: [ConfigValue]

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        let place = try config.required("where").place
        do throws(SelectorError) {
            path = try JSONPath(configured: (try? config.string("where")) ?? "")
        } catch {
            throw ConfigIssue(at: place, error.code, error.reason)
        }
        values = try config.required("equals").items ?? []
        guard !values.isEmpty else {
            throw ConfigIssue(at: place, "http.success", "'equals' names no value", hint: "write 'equals: [0]'")
        }
    }

    /// - Throws: `PluginError`: rejected when the envelope says something else, retry when there is no envelope.
    func check(_ response: CurlResponse, _ said: String) throws {
        guard let document = try? JSONDocument.parse(response.body) else {
            throw PluginError(
                .retry(after: .zero), "http.no-envelope", said + "; that is not JSON, so nobody knows if it was taken")
        }
        let found = try? path.first(in: document.root)
        guard let found, values.contains(where: { Self.matches(found, $0) }) else {
            throw PluginError(.rejected, "http.not-taken", said + "; \(path.text) does not mean success")
        }
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
