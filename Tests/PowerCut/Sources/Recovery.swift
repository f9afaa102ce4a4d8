#if DEBUG
    import GRDB
    import SluiceSDK

    @testable import SluiceBoundary
    @testable import SluiceInternal
    @testable import SluiceStore

    /// Starts the zones on what a cut has left, lets them finish, and looks whether everything arrived, once.
    struct Recovery {
        let root: String
        let site: Site

        func findings(_ promises: [Promise]) async throws -> [String] {
            do {
                let gateway = try Gateway(root, site: site)
                defer { try? gateway.close() }
                // Something new must go through as well.
                try await gateway.post([(900_001, "路灯不亮"), (900_002, "路灯不亮")])
                for round in 0..<200 {
                    for step in Gateway.Step.allCases { try await gateway.take(step, mayAck: true) }
                    if round > 5, try await isQuiet(gateway) { break }
                }
                return try await missing(gateway, promises) + kept(gateway)
            } catch {
                return ["the zones do not go on: \(error)"]
            }
        }

        private func isQuiet(_ gateway: Gateway) async throws -> Bool {
            for store in [gateway.external, gateway.relay, gateway.inside] {
                let waits = try await store.read { db in
                    try Bool.fetchOne(
                        db,
                        sql: """
                            SELECT EXISTS (SELECT 1 FROM outbox JOIN outlet ON outlet.stream = outbox.stream
                                           WHERE outbox.id > outlet.settled)
                            """)
                }
                if waits == true { return false }
            }
            return try await undelivered(gateway) == 0
        }

        private func undelivered(_ gateway: Gateway) async throws -> Int {
            try await gateway.inside.read { db in
                try Int.fetchOne(db, sql: "SELECT count(*) FROM delivery WHERE batch IS NULL") ?? 0
            }
        }

        /// Once everything has arrived and its time is over, nobody has a key any more that tickets have shared.
        private func kept(_ gateway: Gateway) async throws -> [String] {
            for _ in 0..<2 {
                Gateway.time.moveByDays()
                for step in Gateway.Step.thereAndBack { try await gateway.take(step, mayAck: true) }
            }
            var findings: [String] = []
            let (outside, quarantined) = (try await gateway.sharedKeys().kept, try await gateway.quarantinedKeys())
            if outside > 0 { findings.append("\(outside) keys are kept outside that no ticket needs") }
            if quarantined > 0 { findings.append("\(quarantined) batches with keys are kept in the quarantine") }
            return findings
        }

        private func missing(_ gateway: Gateway, _ promises: [Promise]) async throws -> [String] {
            let admitted = try await gateway.inside.read { db in
                try Row.fetchAll(
                    db,
                    sql:
                        "SELECT t.ticket_id, r.revision, count(*) FROM revision r JOIN ticket t ON t.id = r.ticket GROUP BY 1, 2"
                ).map { (ticket: $0[0] as String, revision: $0[1] as Int, count: $0[2] as Int) }
            }
            var findings = admitted.filter { $0.count > 1 }.map { "twice: \($0.ticket) revision \($0.revision)" }
            let known = Set(admitted.map { "\($0.ticket) \($0.revision)" })
            let journalled = try await gateway.external.read { db in
                try Row.fetchAll(db, sql: "SELECT ticket_id, revision FROM ticket").flatMap { row in
                    (1...(row[1] as Int)).map { "\(row[0] as String) \($0)" }
                }
            }
            findings += journalled.filter { !known.contains($0) }.map { "journalled and not admitted: \($0)" }
            for case .accepted(let ticket, let revision) in promises where !known.contains("\(ticket) \(revision)") {
                findings.append("accepted and not admitted: \(ticket) \(revision)")
            }
            let open = try await gateway.inside.read { db in
                try String.fetchAll(
                    db, sql: "SELECT reply_id FROM reply WHERE event = 'replied' AND state <> 'acknowledged'")
            }
            findings += open.map { "the source never had, or we never heard of, reply \($0)" }
            let waiting = try await undelivered(gateway)
            if waiting > 0 { findings.append("\(waiting) deliveries are still in the queue") }
            return findings
        }
    }
#endif
