internal import SluiceSDK

/// The lines of a segment, written.
enum EntryLine {
    static func verdict(_ verdict: Verdict) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", "verdict")
        write(verdict.range, to: &writer)
        writer.field("decision", verdict.decision.rawValue)
        writer.field("code", verdict.code)
        writer.field("reason", verdict.reason)
        writer.field("at", verdict.at.milliseconds)
        writer.field("by", verdict.by)
        writer.endObject()
        return writer.bytes
    }

    static func receipt(_ receipt: Receipt) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", "receipt")
        write(receipt.range, to: &writer)
        writer.field("at", receipt.at.milliseconds)
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ range: ItemRange, to writer: inout JSONWriter) {
        writer.field("producer", range.producer)
        writer.field("epoch", range.epoch)
        writer.field("first", range.first)
        writer.field("last", range.last)
    }
}
