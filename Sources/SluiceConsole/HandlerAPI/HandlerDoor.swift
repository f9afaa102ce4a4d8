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
        guard parts.count >= 2, parts[0] == "v1" else { return .unknownPath }
        do {
            switch parts[1] {
            case "tickets": return try await ticket(call, Array(parts.dropFirst(2)), by: handler)
            case "events": return try await events(call, Array(parts.dropFirst(2)), by: handler)
            default: return .unknownPath
            }
        } catch let fault as CaseError {
            return HandlerAnswer(fault)
        } catch let fault as PullError {
            return .error(409, fault.code, fault.reason)
        } catch {
            logger.error("a handler's call failed", metadata: ["handler": "\(handler)", "error": "\(error)"])
            return .storeFailed
        }
    }

    /// `/v1/tickets/…`
    private func ticket(_ call: HandlerCall, _ path: [String], by handler: String) async throws -> HandlerAnswer {
        if path.count == 1 {
            guard call.method == "GET" else { return .wrongMethod("GET") }
            return HandlerAnswer(status: 200, body: try await zone.ticket(path[0], for: handler))
        }
        if path.count == 3, path[1] == "attachments" {
            guard call.method == "GET" else { return .wrongMethod("GET") }
            return HandlerAnswer(try await zone.attachment(path[2], of: path[0], for: handler))
        }
        guard path.count == 2, path[1] == "events" else { return .unknownPath }
        guard call.method == "POST" else { return .wrongMethod("POST") }
        let event = try EventReader.read(call.body)
        return success(try await zone.report(event, on: path[0], by: handler))
    }

    /// `/v1/events…`: a handler fetches what it is to hear, and says what it has.
    private func events(_ call: HandlerCall, _ path: [String], by handler: String) async throws -> HandlerAnswer {
        if path.isEmpty {
            guard call.method == "GET" else { return .wrongMethod("GET") }
            let events = try await zone.pull(limit: try PullReader.limit(call.query), for: handler)
            let body = [UInt8(ascii: "[")] + events.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
            return HandlerAnswer(status: 200, type: "application/cloudevents-batch+json", body: body)
        }
        guard path == ["ack"] else { return .unknownPath }
        guard call.method == "POST" else { return .wrongMethod("POST") }
        return settled(try await zone.acknowledge(try PullReader.eventIDs(call.body), by: handler))
    }

    private func settled(_ settlement: PullSettlement) -> HandlerAnswer {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("acknowledged", settlement.acknowledged)
        writer.field("repeated", settlement.repeated)
        writer.field("unknown", settlement.unknown)
        writer.endObject()
        return HandlerAnswer(status: 200, body: writer.bytes)
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
