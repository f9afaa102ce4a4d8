/// The named parts of a body: the fields of a form, or the members of a JSON object that are text, whole numbers or
/// booleans. Other bodies have none.
enum BodyFields {
    static func read(_ body: [UInt8], contentType: String?) -> [(name: String, value: String)] {
        if isForm(contentType) { return QueryString.decode(String(decoding: body, as: UTF8.self)) }
        guard isJSON(contentType), let document = try? JSONDocument.parse(body) else { return [] }
        var fields: [(name: String, value: String)] = []
        document.root.forEachMember { name, value in
            if let text = value.string ?? value.integer.map(String.init) ?? value.boolean.map({ "\($0)" }) {
                fields.append((name, text))
            }
        }
        return fields
    }

    /// The body with one more field at its end; nil when it has no fields.
    static func adding(_ name: String, _ value: String, to body: [UInt8], contentType: String?) -> [UInt8]? {
        if isForm(contentType) {
            let pair = TemplateEscape.url.apply(name) + "=" + TemplateEscape.url.apply(value)
            return body + Array(((body.isEmpty ? "" : "&") + pair).utf8)
        }
        guard isJSON(contentType), let document = try? JSONDocument.parse(body), document.root.kind == .object,
            let brace = body.lastIndex(of: UInt8(ascii: "}"))
        else { return nil }
        var writer = JSONWriter()
        writer.beginObject()
        writer.field(name, value)
        writer.endObject()
        let member = writer.bytes.dropFirst().dropLast()
        let comma: [UInt8] = document.root.count > 0 ? [UInt8(ascii: ",")] : []
        return Array(body[..<brace]) + comma + member + Array(body[brace...])
    }

    private static func isForm(_ type: String?) -> Bool {
        type?.lowercased().hasPrefix("application/x-www-form-urlencoded") == true
    }

    private static func isJSON(_ type: String?) -> Bool {
        type?.lowercased().split(separator: ";").first?.contains("json") == true
    }
}
