import SluiceExternal
import SluiceSDK

/// What `expected.json` holds: one entry for every record, a ticket without the gateway's stamps, a follow-up
/// with what it says of one, or a reject.
enum SampleDocument {
    static func json(_ records: [ProcessedRecord]) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginArray()
        for record in records { write(record, to: &writer) }
        writer.endArray()
        return writer.bytes
    }

    private static func write(_ record: ProcessedRecord, to writer: inout JSONWriter) {
        switch record {
        case .ticket(let processed):
            processed.ticket.write(to: &writer)
        case .followUp(let kind, let processed, _):
            writer.beginObject()
            writer.field("kind", kind.rawValue)
            writer.key("ticket")
            processed.ticket.write(to: &writer)
            writer.endObject()
        case .reject(let fault, _):
            writer.beginObject()
            writer.key("reject")
            write(fault, to: &writer)
            writer.endObject()
        }
    }

    static func write(_ fault: RecordFault, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("stage", fault.stage.rawValue)
        if let record = fault.record { writer.field("record", record) }
        writer.field("field", fault.field)
        writer.field("selector", fault.selector)
        writer.field("code", fault.code)
        writer.field("reason", fault.reason)
        writer.endObject()
    }
}
