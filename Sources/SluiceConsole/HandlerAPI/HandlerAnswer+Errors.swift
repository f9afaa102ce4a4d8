internal import SluiceInternal
internal import SluiceSDK

extension HandlerAnswer {
    /// `{"error": {"code", "reason", …}}`
    static func error(
        _ status: Int, _ code: String, _ reason: String, headers: [(name: String, value: String)] = [],
        more: (inout JSONWriter) -> Void = { _ in }
    ) -> HandlerAnswer {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.field("code", code)
        writer.field("reason", reason)
        more(&writer)
        writer.endObject()
        writer.endObject()
        return HandlerAnswer(status: status, headers: headers, body: writer.bytes)
    }

    static let unknownPath = error(
        404, "api.unknown-path",
        "nothing is here; known: /v1/tickets/{ticket_id}, /v1/tickets/{ticket_id}/events, "
            + "/v1/tickets/{ticket_id}/attachments/{attachment_id}, /v1/events, /v1/events/ack")

    static let unauthorized = error(
        401, "api.unauthorized", "send the handler's token as 'Authorization: Bearer …'",
        headers: [("WWW-Authenticate", "Bearer")])

    static func wrongMethod(_ allowed: String) -> HandlerAnswer {
        error(405, "api.method", "this path answers \(allowed)", headers: [("Allow", allowed)])
    }

    static func tooLarge(_ limit: Int) -> HandlerAnswer {
        error(
            413, "api.body-too-large", "the body is larger than \(limit) bytes; shorten public_text or note",
            headers: [("Connection", "close")])
    }

    /// Nothing was stored; the same event may be sent again as it is. What went wrong is for our log.
    static let storeFailed = error(
        503, "api.unavailable", "the call could not be stored; send it again later as it is",
        headers: [("Retry-After", "5")])

    /// To be stored and not shown: no browser may take it for a page, or for another kind than it is.
    init(_ file: AttachmentFile) {
        self.init(
            status: 200, type: file.type,
            headers: [
                ("Content-Disposition", "attachment; filename=\"\(file.fileName)\""),
                ("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "sandbox; default-src 'none'"),
                ("Cache-Control", "no-store"), ("ETag", "\"\(file.sha256)\""),
            ], body: file.bytes)
    }

    init(_ fault: CaseError) {
        switch fault.kind {
        case .unknownTicket: self = .error(404, fault.code, fault.reason)
        case .notOwner: self = .error(403, fault.code, fault.reason)
        case .eventIDReused: self = .error(409, fault.code, fault.reason)
        case .invalid(let field):
            self = .error(400, fault.code, fault.reason) { if !field.isEmpty { $0.field("field", field) } }
        case .transition(let status, let allowed):
            self = .error(409, fault.code, fault.reason) {
                $0.field("status", status.rawValue)
                $0.field("allowed", allowed.map(\.rawValue))
            }
        }
    }
}
