internal import SluiceSDK

/// An attachment's `content:`, compiled: a file that the format knows, or text that holds one.
struct ContentProgram: Sendable {
    /// What faults call the field.
    var field: String
    var selector: Selector
    var isBase64: Bool

    /// - Returns: empty where there is nothing.
    /// - Throws: `RecordFault`.
    func bytes(_ node: any Record) throws -> [UInt8] {
        if let file = try node.content(selector) { return file }
        switch try node.select(selector) {
        case .missing, .null: return []
        case .text(let text) where isBase64: return try decoded(text)
        case .text(let text): return Array(text.utf8)
        default:
            throw RecordFault(
                .map, "map.structure", "what stands here is neither a file nor text", field: field,
                selector: selector.text)
        }
    }

    /// With or without `data:image/png;base64,` in front.
    private func decoded(_ text: String) throws -> [UInt8] {
        let isURL = text.prefix(5).lowercased() == "data:"
        let payload = isURL ? text.drop { $0 != "," }.dropFirst() : text[...]
        guard let bytes = Base64.decode(String(payload)) else {
            throw RecordFault(
                .map, "map.decode", "the value is not base64", field: field, selector: selector.text)
        }
        return bytes
    }
}
