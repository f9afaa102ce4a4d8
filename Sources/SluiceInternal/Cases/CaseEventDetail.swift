internal import SluiceSDK

/// What other handlers hear of a case event: no internal note, no reason.
struct CaseEventDetail {
    var event: HandlerEvent
    var handlerID: String

    init(_ event: HandlerEvent, by handlerID: String) {
        self.event = event
        self.handlerID = handlerID
    }

    func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("type", event.type.rawValue)
        writer.field("by", handlerID)
        writer.field("public_text", event.publicText)
        writer.field("replied_at", event.repliedAt?.rfc3339())
        writer.endObject()
        return writer.bytes
    }
}
