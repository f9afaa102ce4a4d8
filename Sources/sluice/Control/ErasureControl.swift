import SluiceInternal
import SluiceSDK

/// What the internal zone's control socket does for `sluice tickets erase`.
enum ErasureControl {
    static let erase = "tickets/erase"

    static func actions(_ zone: InternalZone) -> [String: ControlServer.Action] {
        [
            erase: { request in
                let order = try ErasureOrder(request)
                return json(
                    try await zone.erase(order.tickets, extent: order.extent, reason: order.reason, by: order.person))
            }
        ]
    }

    static func json(_ id: String) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("erasure", id)
        writer.endObject()
        return writer.bytes
    }
}

/// A person's order to erase.
struct ErasureOrder: Sendable {
    var tickets: [String]
    var extent: ErasureExtent
    var reason: String
    var person: String

    init(tickets: [String], extent: ErasureExtent, reason: String, person: String) {
        self.tickets = tickets
        self.extent = extent
        self.reason = reason
        self.person = person
    }

    init(_ request: JSONElement) throws {
        var tickets: [String] = []
        request["tickets"]?.forEachElement { if let id = $0.string { tickets.append(id) } }
        guard !tickets.isEmpty, let extent = request["extent"]?.string.flatMap(ErasureExtent.init),
            let reason = request["reason"]?.string, !reason.isEmpty, let person = request["by"]?.string, !person.isEmpty
        else { throw CommandFailure("an erasure needs 'tickets', 'extent', 'reason' and 'by'") }
        self.init(tickets: tickets, extent: extent, reason: reason, person: person)
    }

    func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("tickets", tickets)
        writer.field("extent", extent.rawValue)
        writer.field("reason", reason)
        writer.field("by", person)
        writer.endObject()
        return writer.bytes
    }
}
