import SluiceExternal
import SluiceSDK

/// What the external zone's control socket does for `sluice rejects`, `replies`, `channels` and
/// `reload`.
enum ExternalControl {
    static let edit = "rejects/edit"
    static let replay = "rejects/replay"
    static let discard = "rejects/discard"
    static let resend = "replies/resend"
    static let retry = "attachments/retry"
    static let pause = "channels/pause"
    static let resume = "channels/resume"
    static let backfill = "channels/backfill"
    static let reload = "reload"

    static func actions(_ zone: ExternalZone, _ reloader: Reloader) -> [String: ControlServer.Action] {
        [
            edit: { request in
                let order = try DeskOrder(request)
                try await zone.rejects.edit(order.number(), to: order.bytes, by: order.person)
                return QuarantineControl.done
            },
            replay: { request in
                let order = try DeskOrder(request)
                return json(try await zone.replay(reject: order.number(), by: order.person))
            },
            discard: { request in
                let order = try DeskOrder(request)
                try await zone.rejects.discard(order.number(), by: order.person, reason: order.reason)
                return QuarantineControl.done
            },
            reload: { _ in ChannelChange.json(try await reloader.reload()) },
            pause: { request in
                let order = try DeskOrder(request)
                try await zone.pause(channel: order.subject, by: order.person)
                return QuarantineControl.done
            },
            resume: { request in
                let order = try DeskOrder(request)
                try await zone.resume(channel: order.subject, by: order.person)
                return QuarantineControl.done
            },
            backfill: { request in
                let order = try BackfillOrder(request)
                return BackfillOrder.json(
                    try await zone.backfill(
                        channel: order.channel, from: order.from, by: order.person, isPlan: order.isPlan))
            },
            retry: { request in
                let order = try DeskOrder(request)
                try await zone.retry(attachment: order.subject, by: order.person)
                return QuarantineControl.done
            },
            resend: { request in
                let order = try DeskOrder(request)
                try await zone.resend(reply: order.subject, by: order.person)
                return QuarantineControl.done
            },
        ]
    }

    static func json(_ outcome: MessageOutcome) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("accepted", outcome.accepted)
        writer.field("summary", outcome.summary)
        writer.field("ticket_id", outcome.ticketIDs.first)
        writer.field("reason", outcome.rejects.first?.description)
        writer.endObject()
        return writer.bytes
    }
}

/// A person's order to a desk: which case, who, and what for.
struct DeskOrder: Sendable {
    /// A reject's number, a reply's id, a channel's id.
    var subject: String
    var person: String
    var reason = ""
    var bytes: [UInt8] = []

    init(_ subject: String, by person: String, reason: String = "", bytes: [UInt8] = []) {
        self.subject = subject
        self.person = person
        self.reason = reason
        self.bytes = bytes
    }

    init(_ request: JSONElement) throws {
        guard let subject = request["subject"]?.string, let person = request["by"]?.string, !person.isEmpty else {
            throw CommandFailure("an order needs 'subject' and 'by'")
        }
        let bytes = request["bytes"]?.string.flatMap(Base64.decode) ?? []
        self.init(subject, by: person, reason: request["reason"]?.string ?? "", bytes: bytes)
    }

    func number() throws -> Int64 {
        guard let number = Int64(subject) else { throw CommandFailure("'\(subject)' is not a reject's number") }
        return number
    }

    func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("subject", subject)
        writer.field("by", person)
        writer.field("reason", reason)
        writer.field("bytes", Base64.encode(bytes))
        writer.endObject()
        return writer.bytes
    }
}
