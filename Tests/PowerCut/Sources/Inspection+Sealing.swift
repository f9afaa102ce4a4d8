#if DEBUG
    import Foundation
    import GRDB
    import SluiceSDK

    @testable import SluiceStore

    extension Inspection {
        /// Tickets that came inside without what was sealed of them, or with another ticket's.
        static func unopened(_ inside: StoreReader) throws -> [String] {
            let revisions = try inside.read { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT t.external_id, r.revision, unpacked(r.body) FROM revision r JOIN ticket t ON t.id = r.ticket
                        """
                ).map { (id: $0[0] as String, revision: $0[1] as Int, body: Blob.bytes($0, 2)) }
            }
            let wrong = try revisions.filter { revision in
                let requester = try JSONDocument.parse(revision.body).root["requester"]
                return requester?["phone"]?.string != Citizen.phone(ofExternalID: revision.id)
                    || requester?["name"]?.string != Citizen.name
            }
            let refused = try inside.read { db in
                try Row.fetchAll(db, sql: "SELECT item_id, code, reason FROM refused").map {
                    "not admitted: \($0[0] as String): \($0[1] as String): \($0[2] as String)"
                }
            }
            return wrong.map { "not opened: \($0.id) revision \($0.revision)" } + refused
        }

        /// What could be read on the way. Outside, only what waits to be sent is sealed.
        static func readable(external: StoreReader, relay: StoreReader) throws -> [String] {
            let name = Data(Citizen.name.utf8)
            var findings: [String] = []
            for (place, reader, sql) in [
                ("the outbox", external, "SELECT count(*) FROM outbox WHERE instr(unpacked(content), ?) > 0"),
                ("the quarantine", relay, "SELECT count(*) FROM item WHERE instr(unpacked(line), ?) > 0"),
            ] {
                let count = try reader.read { try Int.fetchOne($0, sql: sql, arguments: [name]) } ?? 0
                if count > 0 { findings.append("\(place) names the requester in \(count) rows") }
            }
            return findings
        }
    }
#endif
