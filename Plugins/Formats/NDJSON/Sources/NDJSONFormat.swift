public import SluiceSDK

/// One JSON value on each line. A line that is no JSON is refused alone.
public struct NDJSONFormat: Format {
    public static let spec = PluginSpec(
        "ndjson", "One JSON record on each line; blank lines are skipped.", ConfigSpec([Charset.field]))

    private let charset: Charset

    public init(_ config: Config) throws {
        charset = try Charset(config)
    }

    public func selector(_ text: String) throws -> Selector {
        try JSONRecord.selector(text)
    }

    public func decode(_ message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void) throws {
        // The parser checks each line's UTF-8 itself.
        let text = charset.isUTF8 ? CharsetText(unchecked: message.bytes) : charset.text(of: message.bytes)
        try text.bytes.withUnsafeBufferPointer { bytes in
            let lines = LineScanner(bytes)
            var counting = lines
            for _ in 0..<limits.records where counting.next() == nil { break }
            guard counting.next() == nil else {
                throw RecordFault(.decode, "ndjson.record-count", "the message has more than \(limits.records) records")
            }
            for (number, line) in lines.enumerated() {
                try body(record(line, number, isMarked: text.fault != nil, limits))
            }
        }
    }

    public func decodeRecord(
        _ bytes: [UInt8], of message: RawMessage, limits: ChannelLimits, _ body: (DecodedRecord) throws -> Void
    ) throws {
        try body(.record(JSONRecord.decode(alone: bytes, limits: limits)))
    }

    private func record(_ line: Line, _ number: Int, isMarked: Bool, _ limits: ChannelLimits) -> DecodedRecord {
        let raw = Array(line.bytes)
        if raw.count > limits.record {
            let reason = "line \(line.number) is longer than \(limits.record) bytes"
            return .fault(RecordFault(.decode, "ndjson.record-size", reason, record: number), raw: raw)
        }
        do throws(JSONFault) {
            let root = try JSONDocument.parse(line.bytes, maxDepth: limits.depth, isMarked: isMarked).root
            guard root.isDamaged else { return .record(JSONRecord(root, bytes: raw)) }
            let reason = "line \(line.number) holds bytes or escapes that are no text in \(charset)"
            return .fault(RecordFault(.decode, "json.utf8", reason, record: number), raw: raw)
        } catch {
            return .fault(RecordFault(error, record: number, place: "line \(line.number): "), raw: raw)
        }
    }
}
