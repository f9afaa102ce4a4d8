public import SluiceSDK

/// One JSON document with any number of records in it.
public struct JSONFormat: Format {
    public static let spec = PluginSpec(
        "json", "One JSON document; a JSONPath says where its records are.",
        ConfigSpec([
            ConfigField(
                "records", .selector, default: "$", example: "$.data.rows[*]",
                "JSONPath (RFC 9535) to the records. `$`, the default, is the whole document as one record; a document "
                    + "that is an array of records needs `$[*]`."),
            Charset.field,
        ]))

    private let records: JSONPath
    private let charset: Charset

    public init(_ config: Config) throws {
        let text = try config.optionalString("records") ?? "$"
        do throws(SelectorError) {
            records = try JSONPath(configured: text)
        } catch {
            throw ConfigIssue(at: config.optional("records")?.place ?? config.place, error.code, error.reason)
        }
        charset = try Charset(config)
    }

    public func selector(_ text: String) throws -> Selector {
        try JSONRecord.selector(text)
    }

    public func decode(_ message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void) throws {
        let root = try parse(message.bytes, limits).root
        let found = try elements(of: root, limits)
        guard found.count <= limits.records else {
            throw RecordFault(.decode, "json.record-count", "the message has more than \(limits.records) records")
        }
        for (number, element) in found.enumerated() {
            try body(record(element, number, limits))
        }
    }

    public func decodeRecord(
        _ bytes: [UInt8], of message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void
    ) throws {
        try body(.record(JSONRecord.decode(alone: bytes, limits: limits)))
    }

    private func elements(of root: JSONElement, _ limits: ChannelLimits) throws -> [JSONElement] {
        do throws(JSONFault) {
            let found = try records.nodes(in: root, atMost: limits.records + 1)
            if !found.isEmpty { return found }
            if try records.findsEmptyList(in: root) { return [] }
        } catch {
            throw RecordFault(.decode, error.code, error.reason, selector: records.text)
        }
        throw RecordFault(
            .decode, "json.no-records", "nothing stands where the records should be", selector: records.text)
    }

    private func parse(_ bytes: [UInt8], _ limits: ChannelLimits) throws -> JSONDocument {
        do throws(JSONFault) {
            if charset.isUTF8 { return try JSONDocument.parse(bytes, maxDepth: limits.depth) }
            let text = charset.text(of: bytes)
            return try JSONDocument.parse(text.bytes, maxDepth: limits.depth, isMarked: text.fault != nil)
        } catch {
            throw RecordFault(error)
        }
    }

    private func record(_ element: JSONElement, _ number: Int, _ limits: ChannelLimits) -> DecodedRecord {
        let bytes = element.minified()
        if bytes.count > limits.record {
            let reason = "the record is larger than \(limits.record) bytes"
            return .fault(RecordFault(.decode, "json.record-size", reason, record: number), raw: bytes)
        }
        if element.isDamaged {
            let reason = "the record holds bytes or escapes that are no text in \(charset)"
            return .fault(RecordFault(.decode, "json.utf8", reason, record: number), raw: bytes)
        }
        return .record(JSONRecord(element, bytes: bytes))
    }
}
