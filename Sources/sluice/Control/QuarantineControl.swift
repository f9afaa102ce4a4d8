import SluiceRelay
import SluiceSDK

/// What the relay's control socket does for `sluice quarantine`.
enum QuarantineControl {
    static let release = "quarantine/release"
    static let reject = "quarantine/reject"

    static func actions(_ relay: RelayZone) -> [String: ControlServer.Action] {
        let desk = relay.desk
        return [
            release: { request in
                let decision = try QuarantineDecision(request)
                let release = try await desk.release(decision.id, by: decision.person)
                return Array(#"{"release":"\#(release.rawValue)"}"#.utf8)
            },
            reject: { request in
                let decision = try QuarantineDecision(request)
                try await desk.reject(decision.id, by: decision.person, reason: decision.reason)
                return done
            },
        ]
    }

    static let done = Array("{}".utf8)
}

/// A person's decision about one held item.
struct QuarantineDecision: Sendable {
    var id: Int64
    var person: String
    var reason = ""

    init(id: Int64, person: String, reason: String = "") {
        self.id = id
        self.person = person
        self.reason = reason
    }

    init(_ request: JSONElement) throws {
        guard let id = request["id"]?.integer, let person = request["by"]?.string, !person.isEmpty else {
            throw CommandFailure("a decision needs 'id' and 'by'")
        }
        self.init(id: Int64(id), person: person, reason: request["reason"]?.string ?? "")
    }

    func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.field("id", id)
        writer.field("by", person)
        writer.field("reason", reason)
        writer.endObject()
        return writer.bytes
    }
}
