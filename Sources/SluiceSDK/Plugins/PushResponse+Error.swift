extension PushResponse {
    /// `{"error": {"code", "reason"}}` with the refusal's status and headers.
    public static func error(_ refusal: PushRefusal) -> PushResponse {
        var writer = JSONWriter(reserving: 128)
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.field("code", refusal.code)
        writer.field("reason", refusal.reason)
        writer.endObject()
        writer.endObject()
        return PushResponse(
            status: refusal.status, headers: refusal.headers + [("Content-Type", "application/json")],
            body: writer.bytes)
    }
}
