internal import SluiceSDK

extension PushResponse {
    /// Sluice's own answer: counts, the ticket's id where there is one ticket, and the first rejects without values.
    static func outcome(_ outcome: MessageOutcome, status: Int) -> PushResponse {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("accepted", outcome.accepted)
        writer.field("new", outcome.new)
        writer.field("revised", outcome.revised)
        writer.field("absorbed", outcome.absorbed)
        writer.field("rejected", outcome.rejected)
        if outcome.ticketIDs.count == 1 { writer.field("ticket_id", outcome.ticketIDs[0]) }
        if !outcome.rejects.isEmpty {
            writer.key("rejects")
            writer.beginArray()
            for reject in outcome.rejects { reject.write(to: &writer) }
            writer.endArray()
        }
        writer.endObject()
        return PushResponse(status: status, headers: [("Content-Type", "application/json")], body: writer.bytes)
    }
}

extension RecordFault {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.beginObject()
        if let record { writer.field("record", record) }
        writer.field("field", field)
        writer.field("code", code)
        writer.field("reason", reason)
        writer.endObject()
    }
}
