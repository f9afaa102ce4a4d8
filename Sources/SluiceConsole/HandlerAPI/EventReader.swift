internal import SluiceInternal
internal import SluiceSDK

/// Reads `{event_id, type, note?, public_text?, replied_at?, reason?}` strictly.
enum EventReader {
    private static let fields = ["event_id", "type", "note", "public_text", "replied_at", "reason"]

    /// - Throws: `CaseError` of kind `invalid`, naming the field and what to write.
    static func read(_ body: [UInt8]) throws -> HandlerEvent {
        let document: JSONDocument
        do {
            document = try JSONDocument.parse(body, maxDepth: 8)
        } catch {
            throw invalid("", "event.json", "the body is not JSON: \(error)")
        }
        let values = try texts(of: document.root)
        let (eventID, word) = (try required("event_id", values), try required("type", values))
        guard let type = CaseEventType(rawValue: word) else {
            let known = CaseEventType.allCases.map(\.rawValue).joined(separator: ", ")
            throw invalid("type", "event.type", "'type' is none of \(known)")
        }
        return HandlerEvent(
            eventID: eventID, type: type, note: values["note"], publicText: values["public_text"],
            repliedAt: try values["replied_at"].map(time), reason: values["reason"])
    }

    private static func texts(of root: JSONElement) throws -> [String: String] {
        guard root.kind == .object else { throw invalid("", "event.json", "the body is not a JSON object") }
        var values: [String: String] = [:]
        try root.forEachMember { name, value in
            guard fields.contains(name) else {
                throw invalid(
                    name, "event.unknown-field", "unknown field; known are \(fields.joined(separator: ", "))")
            }
            guard values[name] == nil else { throw invalid(name, "event.duplicate-field", "'\(name)' stands twice") }
            if value.isNull { return }
            guard let text = value.string else { throw invalid(name, "event.field-type", "'\(name)' is not text") }
            guard !value.isDamaged else {
                throw invalid(name, "event.field-text", "'\(name)' is not valid Unicode text")
            }
            values[name] = text
        }
        return values
    }

    private static func required(_ name: String, _ values: [String: String]) throws -> String {
        guard let text = values[name] else { throw invalid(name, "event.missing-field", "'\(name)' is missing") }
        return text
    }

    private static func time(_ text: String) throws -> Timestamp {
        guard let time = Timestamp(rfc3339: text), time.isWritable(in: .shanghai) else {
            throw invalid(
                "replied_at", "event.replied-at",
                "'replied_at' is not RFC 3339 with an offset; write 2026-01-05T09:30:00+08:00")
        }
        return time
    }

    private static func invalid(_ field: String, _ code: String, _ reason: String) -> CaseError {
        CaseError(.invalid(field: field), code, reason)
    }
}
