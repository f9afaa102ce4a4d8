#if DEBUG
    import GRDB
    import SluiceSDK

    @testable import SluiceBoundary
    @testable import SluiceExternal
    @testable import SluiceInternal
    @testable import SluiceRelay
    @testable import SluiceStore

    extension Gateway {
        /// Something that a zone does by itself, as far as it goes at once.
        enum Step: CaseIterable {
            case externalSends, externalTakes
            case relayTakesInward, relayTakesOutward, relaySendsInward, relaySendsOutward
            case insideSends, insideTakes
            case delivers, replies, checkpoints
            case externalLetsGo, relayLetsGo, insideLetsGo

            /// A ticket's way inward, its receipt's and its reply's outward, and what can be let go of then.
            static let thereAndBack: [Step] = [
                .externalSends, .relayTakesInward, .relaySendsInward, .insideTakes, .delivers, .insideSends,
                .relayTakesOutward, .relaySendsOutward, .externalTakes, .replies, .externalLetsGo, .relayLetsGo,
                .insideLetsGo,
            ]
        }

        /// - Parameter mayAck: whether an acknowledgement may travel alone.
        func take(_ step: Step, mayAck: Bool) async throws {
            switch step {
            case .externalSends: _ = try await externalEnds.outlet.step(mayAck: mayAck)
            case .externalTakes: try await externalTakes()
            case .relayTakesInward: try await relayTakes(0)
            case .relayTakesOutward: try await relayTakes(1)
            case .relaySendsInward: _ = try await relayEnds[0].ends.outlet.step(mayAck: mayAck)
            case .relaySendsOutward: _ = try await relayEnds[1].ends.outlet.step(mayAck: mayAck)
            case .insideSends: _ = try await insideEnds.outlet.step(mayAck: mayAck)
            case .insideTakes: try await insideTakes()
            case .delivers: for entry in zone.roster.entries { try await deliver(to: entry) }
            case .replies: try await reply()
            case .checkpoints: for store in [external, relay, inside] { try store.checkpoint() }
            case .externalLetsGo: try await externalLetsGo()
            case .relayLetsGo: try await relayLetsGo()
            case .insideLetsGo: try await insideLetsGo()
            }
        }

        /// One message, of these records: number and what it says.
        func post(_ records: [(number: Int, text: String)]) async throws {
            for (ticket, revision) in try await expected(records) {
                Promise.acceptedEarly(ticket: ticket, revision: revision).note()
            }
            let json = records.map { record -> String in
                let (id, phone) = (Citizen.externalID(record.number), Citizen.phone(record.number))
                return #"{"no":"\#(id)","text":"\#(record.text)","tel":"\#(phone)"}"#
            }.joined(separator: ",")
            let outcome = try await intake.receive(RawMessage(bytes: Array("[\(json)]".utf8), origin: "upstream"))
            guard outcome.rejected == 0, outcome.ticketIDs.count == records.count else {
                throw Surprise("the journal took \(outcome.summary) of \(records.count) records: \(outcome.rejects)")
            }
            let told = try await external.read { db in
                try Set(outcome.ticketIDs).map { id in
                    let sql = "SELECT revision FROM ticket WHERE ticket_id = ?"
                    return (id, try Int.fetchOne(db, sql: sql, arguments: [id]) ?? 0)
                }
            }
            for (ticket, revision) in told.sorted(by: { $0.0 < $1.0 }) {
                Promise.accepted(ticket: ticket, revision: revision).note()
            }
        }

        /// What a careless gateway would promise before it knows.
        private func expected(_ records: [(number: Int, text: String)]) async throws -> [(String, Int)] {
            let ids = records.map {
                StableID.ticket(
                    jurisdictionID: "370400", channelID: Self.channel, externalID: Citizen.externalID($0.number))
            }
            return try await external.read { db in
                try ids.map { id in
                    let sql = "SELECT revision FROM ticket WHERE ticket_id = ?"
                    return (id, try Int.fetchOne(db, sql: sql, arguments: [id]) ?? 1)
                }
            }
        }

        /// The owner moves some cases on; the second event of each carries a reply.
        func report(_ count: Int, _ chance: inout Chance) async throws {
            let open = try await inside.read { db in
                try Row.fetchAll(
                    db,
                    sql: "SELECT ticket_id, status FROM ticket WHERE status IN ('received', 'in_progress') ORDER BY id"
                ).map { ($0[0] as String, $0[1] as String) }
            }
            for _ in 0..<min(count, open.count) {
                let (ticket, status) = chance.pick(open)
                let type: CaseEventType = status == "received" ? .accepted : .replied
                let event = HandlerEvent(
                    eventID: "\(type.rawValue)-\(ticket)", type: type, publicText: type == .replied ? "已修好" : nil)
                _ = try await zone.report(event, on: ticket, by: "desk")
                Promise.reported(event: event.eventID).note()
            }
        }

        private func externalTakes() async throws {
            let inbox = inbox
            let step = try await externalEnds.inlet.step(
                prepare: { _ in }, consume: { db, batch, _ in try inbox.take(batch, in: db) })
            try Self.refuseStop(step)
        }

        private func relayTakes(_ index: Int) async throws {
            let pipeline = relayEnds[index].pipeline
            let step = try await relayEnds[index].ends.inlet.step(
                prepare: { pipeline.verify($0) },
                consume: { db, batch, findings in try pipeline.take(batch, findings, in: db) })
            try Self.refuseStop(step)
        }

        private func insideTakes() async throws {
            let pipeline = zone.pipeline
            let step = try await insideEnds.inlet.step(
                prepare: { pipeline.admission.reader.prepare($0.items) },
                consume: { db, batch, items in try pipeline.take(batch, items, db) })
            try Self.refuseStop(step)
            try await pipeline.admission.book.index.extend(inside)
        }

        private static func refuseStop(_ step: Inlet.Step) throws {
            if case .stopped(let stop) = step { throw Broken("\(stop)") }
        }

        private func deliver(to handler: RosterEntry) async throws {
            let now = Self.clock()
            let queue = DeliveryQueue(store: inside, handler: handler)
            let found = try await queue.recover(at: now)
            let waiting = try await queue.waiting(after: found.lowWater, limit: 8)
            let made = waiting.isEmpty ? [] : try await queue.open([waiting], lowWater: found.lowWater, at: now)
            for batch in found.open + made {
                for event in try await zone.renderer.render(batch.events, for: handler) {
                    let id = try JSONDocument.parse(event).root["id"]?.string ?? ""
                    Promise.delivered(event: id).note()
                }
                try await queue.delivered(batch, at: now)
            }
        }

        private func reply() async throws {
            let waiting = try await external.read { db in
                try Row.fetchAll(
                    db,
                    sql: "SELECT * FROM reply WHERE state IN ('waiting', 'sending') ORDER BY id"
                ).map { try WaitingReply($0, in: db) }
            }
            for reply in waiting { try await carrier.carryOut(reply) }
        }
    }

    /// A promise does not hold.
    struct Broken: Error, CustomStringConvertible {
        var description: String

        init(_ text: String) { description = text }
    }
#endif
