public import SluiceSDK

/// `success:`: what the envelope inside a 2xx answer must say.
public struct SuccessRule: Sendable {
    public static let spec = ConfigSpec([
        ConfigField(
            "where", .string, required: true, example: "$.code",
            "The path to one value: a JSONPath (`$.code`), or of XML an XPath (`/Envelope/Body/response/code`; namespaces do "
                + "not count)."),
        ConfigField(
            "equals", .list(.scalar), required: true, example: "[0, \"200\"]",
            "The values that are meant: in JSON a bare number is a number, a quoted one is text."),
    ])

    public enum Finding: Sendable {
        case meant, notMeant
        /// The body is not JSON, or not the XML that an XPath looks into.
        case noEnvelope
    }

    public let path: AnswerPath
    private let values: [ConfigValue]

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config) throws {
        path = try AnswerPath(config, "where")
        values = try config.required("equals").items ?? []
        guard !values.isEmpty else {
            throw ConfigIssue(
                at: config.place, "http.success", "'equals' names no value", hint: "write 'equals: [0]'")
        }
    }

    public func find(in response: CurlResponse) -> Finding {
        guard
            let document = try? AnswerDocument(
                response.body, contentType: response.header("content-type"), for: path)
        else { return .noEnvelope }
        guard let found = try? document.first(path) else { return .notMeant }
        return values.contains { matches(found, $0) } ? .meant : .notMeant
    }

    private func matches(_ found: SelectedValue, _ wanted: ConfigValue) -> Bool {
        guard case .scalar(let text, let isPlain) = wanted.content else { return false }
        switch found {
        case .text(let value) where path.isXML: return found.word == text || (isPlain && number(value) == number(text))
        case .text(let value): return value == text && (!isPlain || Double(text) == nil)
        case .number(let spelling): return isPlain && Double(spelling) == Double(text)
        case .boolean(let flag): return isPlain && flag == Bool(text)
        case .null: return wanted.isNull
        case .missing, .list, .structure: return false
        }
    }

    /// Of XML, where everything is text; what is no number equals nothing.
    private func number(_ text: String) -> Double {
        Double(SelectedValue.text(text).word ?? "") ?? .nan
    }
}
