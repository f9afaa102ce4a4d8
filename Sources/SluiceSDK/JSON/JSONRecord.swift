/// A JSON value as a record: what the formats `json` and `ndjson` hand over. Selectors are JSONPath.
public struct JSONRecord: Record {
    public let element: JSONElement
    private let own: [UInt8]

    /// - Parameter bytes: the record's own bytes.
    public init(_ element: JSONElement, bytes: [UInt8]) {
        self.element = element
        own = bytes
    }

    public static func selector(_ text: String) throws(SelectorError) -> Selector {
        Selector(text, program: try JSONPath(configured: text))
    }

    /// A path that finds one value at most gives that value; any other gives a list of what it found, `missing` when
    /// that is nothing.
    public func select(_ selector: Selector) throws -> SelectedValue {
        guard let path = selector.program as? JSONPath else { return .missing }
        if path.isSingular { return try path.first(in: element)?.selectedValue ?? .missing }
        let found = try nodes(path).map(\.selectedValue)
        return found.isEmpty ? .missing : .list(found)
    }

    public func children(_ selector: Selector) throws -> [any Record] {
        guard let path = selector.program as? JSONPath else { return [] }
        return try nodes(path).map { JSONRecord($0, bytes: $0.minified()) }
    }

    public func bytes() -> [UInt8] { own }

    /// One record by itself, as a person edited it: any layout, UTF-8.
    /// - Throws: `RecordFault`.
    public static func decode(alone bytes: [UInt8], limits: ChannelLimits) throws -> JSONRecord {
        let root: JSONElement
        do throws(JSONFault) {
            root = try JSONDocument.parse(bytes, maxDepth: limits.depth).root
        } catch {
            throw RecordFault(error)
        }
        let own = root.minified()
        guard own.count <= limits.record else {
            throw RecordFault(.decode, "json.record-size", "the record is larger than \(limits.record) bytes")
        }
        guard !root.isDamaged else {
            throw RecordFault(.decode, "json.utf8", "the record holds bytes or escapes that are no text")
        }
        return JSONRecord(root, bytes: own)
    }

    private func nodes(_ path: JSONPath) throws -> [JSONElement] {
        do throws(JSONFault) {
            return try path.nodes(in: element)
        } catch {
            throw RecordFault(.map, error.code, error.reason, selector: path.text)
        }
    }
}

extension JSONElement {
    /// Arrays become lists; objects keep their JSON text.
    public var selectedValue: SelectedValue {
        switch kind {
        case .string: return .text(string ?? "")
        case .number: return .number(numberText ?? "")
        case .boolean: return .boolean(boolean ?? false)
        case .null: return .null
        case .object: return .structure(String(decoding: minified(), as: UTF8.self))
        case .array:
            var items: [SelectedValue] = []
            forEachElement { items.append($0.selectedValue) }
            return .list(items)
        }
    }
}

extension RecordFault {
    /// - Parameter place: where the JSON stands in the message, as a beginning of the reason: `line 3: `.
    public init(_ fault: JSONFault, record: Int? = nil, place: String = "") {
        let offset = fault.offset.map { ", at byte \($0)" } ?? ""
        self.init(.decode, fault.code, place + fault.reason + offset, record: record)
    }
}
