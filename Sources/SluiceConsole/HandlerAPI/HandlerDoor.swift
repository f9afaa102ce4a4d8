internal import Logging
internal import SluiceInternal
internal import SluiceSDK

/// Answers handlers' calls: who it is, what it wants, what came of it. Knows nothing of sockets.
struct HandlerDoor: Sendable {
    let zone: InternalZone
    let logger: Logger

    func answer(_ call: HandlerCall) async -> HandlerAnswer {
        // The token comes first: a stranger does not learn which paths or tickets there are.
        guard let handler = token(of: call).flatMap({ zone.handler(token: $0) }) else { return .unauthorized }
        let parts = call.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(String.init)
        guard parts.count >= 3, parts[0] == "v1", parts[1] == "tickets" else { return .unknownPath }
        do {
            if parts.count == 3 {
                guard call.method == "GET" else { return .wrongMethod("GET") }
                return HandlerAnswer(status: 200, body: try await zone.ticket(parts[2], for: handler))
            }
            guard parts.count == 4, parts[3] == "events" else { return .unknownPath }
            guard call.method == "POST" else { return .wrongMethod("POST") }
            let event = try EventReader.read(call.body)
            return success(try await zone.report(event, on: parts[2], by: handler))
        } catch let fault as CaseError {
            return HandlerAnswer(fault)
        } catch {
            logger.error("a handler's call failed", metadata: ["handler": "\(handler)", "error": "\(error)"])
            return .storeFailed
        }
    }

    private func token(of call: HandlerCall) -> String? {
        guard let header = call.authorization else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }

    private func success(_ answer: CaseAnswer) -> HandlerAnswer {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("ticket_id", answer.ticketID)
        writer.field("event_id", answer.eventID)
        writer.field("status", answer.status.rawValue)
        writer.field("allowed", answer.allowed.map(\.rawValue))
        writer.field("repeated", answer.isRepeat)
        writer.endObject()
        return HandlerAnswer(status: answer.isRepeat ? 200 : 201, body: writer.bytes)
    }
}
