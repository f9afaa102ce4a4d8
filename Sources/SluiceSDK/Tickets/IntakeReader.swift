/// Reads the values of ticket fields, each strictly as its definition says.
struct IntakeReader {
    let maxText: Int
    /// A revision is waited for one by one: a number without a limit would be work without end.
    private static let mostRevisions = 1_000_000

    func value(of definition: FieldDefinition, _ json: JSONElement) throws(SchemaViolation) -> FieldValue {
        let path = definition.name
        switch definition.kind {
        case .string: return .string(try text(json, path))
        case .code(let length): return .string(try code(json, path, length))
        case .dateTime: return .string(try dateTime(json, path))
        case .choice(let choices): return .string(try choice(json, path, choices))
        case .boolean:
            guard let flag = json.boolean else { throw mistyped(path, "true or false") }
            return .boolean(flag)
        case .number:
            guard let number = json.number else { throw mistyped(path, "a number") }
            return .number(number)
        case .integer:
            let number = try count(json, path)
            guard number <= Self.mostRevisions else {
                throw SchemaViolation(path, "schema.range", "the number is above \(Self.mostRevisions)")
            }
            return .integer(number)
        case .strings: return .strings(try list(json, path, text))
        case .attributes: return .attributes(try list(json, path, attribute))
        case .attachments: return .attachments(try list(json, path, attachment))
        case .rawLineage: return .rawLineage(try rawLineage(json, path))
        }
    }

    /// Like `forEachMember`, which cannot carry a typed error.
    func members(
        of json: JSONElement, _ body: (String, JSONElement) throws(SchemaViolation) -> Void
    ) throws(SchemaViolation) {
        var violation: SchemaViolation?
        json.forEachMember { key, value in
            guard violation == nil else { return }
            do throws(SchemaViolation) { try body(key, value) } catch { violation = error }
        }
        if let violation { throw violation }
    }

    func text(_ json: JSONElement, _ path: String) throws(SchemaViolation) -> String {
        guard let text = json.string else { throw mistyped(path, "text") }
        guard text.utf8.count <= maxText else {
            throw SchemaViolation(path, "schema.too-long", "the text is longer than \(maxText) bytes")
        }
        return text
    }

    private func code(_ json: JSONElement, _ path: String, _ length: Int) throws(SchemaViolation) -> String {
        let text = try text(json, path)
        guard text.unicodeScalars.count == length else {
            throw SchemaViolation(path, "schema.code", "the code must have exactly \(length) characters")
        }
        return text
    }

    private func dateTime(_ json: JSONElement, _ path: String) throws(SchemaViolation) -> String {
        let text = try text(json, path)
        guard Timestamp(rfc3339: text) != nil else {
            throw SchemaViolation(path, "schema.date-time", "the time is not RFC 3339 with an offset")
        }
        return text
    }

    private func choice(_ json: JSONElement, _ path: String, _ choices: [String]) throws(SchemaViolation) -> String {
        let text = try text(json, path)
        guard choices.contains(text) else {
            throw SchemaViolation(path, "schema.choice", "only \(choices.joined(separator: ", ")) may stand here")
        }
        return text
    }

    /// A whole number, not below 0.
    func count(_ json: JSONElement, _ path: String) throws(SchemaViolation) -> Int {
        guard let number = json.integer else { throw mistyped(path, "a whole number") }
        guard number >= 0 else { throw SchemaViolation(path, "schema.range", "the number is below 0") }
        return number
    }

    func list<Item>(
        _ json: JSONElement, _ path: String,
        _ read: (JSONElement, String) throws(SchemaViolation) -> Item
    ) throws(SchemaViolation) -> [Item] {
        guard json.kind == .array else { throw mistyped(path, "a list") }
        var items: [Item] = []
        var violation: SchemaViolation?
        json.forEachElement { element in
            guard violation == nil else { return }
            do throws(SchemaViolation) { items.append(try read(element, "\(path)[\(items.count)]")) } catch {
                violation = error
            }
        }
        if let violation { throw violation }
        return items
    }

    func mistyped(_ path: String, _ wanted: String) -> SchemaViolation {
        SchemaViolation(path, "schema.type", "\(wanted) was expected")
    }
}
