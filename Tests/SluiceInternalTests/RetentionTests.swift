import GRDB
import SluiceBoundary
import SluiceSDK
import SluiceStore
import Testing

@testable import SluiceInternal

/// What internal.db lets go of when time passes, on a clock that the test moves.
@Suite struct RetentionTests {
    private static let day = 86_400

    private func bench() async throws -> Bench {
        let bench = try Bench([.puller(), .copy("audit", events: EventSelection(["ticket.opened"]))])
        try await bench.admit([.sample("A-1"), .sample("A-2")])
        return bench
    }

    /// Takes the case to its end; the handlers have fetched what they were told.
    private func close(_ externalID: String, _ bench: Bench) async throws {
        for type in [CaseEventType.accepted, .replied, .closed] {
            let event = HandlerEvent(
                eventID: "\(externalID)-\(type.rawValue)", type: type, note: nil,
                publicText: type == .replied ? "已修复" : nil, reason: nil)
            _ = try await bench.zone.report(event, on: IntakeTicket.id(externalID), by: "desk")
        }
    }

    private func deliverAll(_ bench: Bench) async throws {
        try await bench.store.commit { db in
            try db.execute(
                sql: """
                    INSERT INTO delivery_batch (id, handler, batch_id, members, made_at, attempts, next_at, delivered_at)
                    SELECT event * 10 + handler, handler, 'b-' || handler || '-' || event,
                        x'', 0, 1, 0, 1 FROM delivery WHERE batch IS NULL
                    """)
            for row in try Row.fetchAll(db, sql: "SELECT handler, event FROM delivery WHERE batch IS NULL") {
                let (handler, event): (Int64, Int64) = (row[0], row[1])
                try db.execute(
                    sql: "UPDATE delivery_batch SET members = ? WHERE id = ?",
                    arguments: [Blob.pack([event]), event * 10 + handler])
                try db.execute(
                    sql: "UPDATE delivery SET batch = ? WHERE handler = ? AND event = ?",
                    arguments: [event * 10 + handler, handler, event])
            }
            try db.execute(
                sql: """
                    INSERT INTO counter (day, name, subject, count)
                    SELECT day, 'deliveries.delivered', subject, count FROM counter WHERE name = 'deliveries.made'
                    """)
        }
    }

    private func answerAll(_ bench: Bench) async throws {
        let replies = try await bench.texts("SELECT reply_id FROM reply WHERE state = 'offered'")
        let tickets = try await bench.texts(
            "SELECT t.ticket_id FROM reply r JOIN ticket t ON t.id = r.ticket WHERE r.state = 'offered'")
        for (reply, ticket) in zip(replies, tickets) {
            let body = NoticeBody(
                .reply(
                    .init(
                        replyID: reply, ticketID: ticket, state: .acknowledged, status: 200, excerpt: nil,
                        at: bench.clock.now)))
            try await bench.admit([
                Item(
                    id: reply, channelID: IntakeTicket.channel, kind: .notice, createdAt: bench.clock.now,
                    body: body.json())
            ])
        }
        try await bench.store.commit { db in
            try db.execute(
                sql:
                    "UPDATE outlet SET cursor = (SELECT max(id) FROM outbox), settled = (SELECT max(id) FROM outbox), batch = 1"
            )
            try db.execute(
                sql:
                    "INSERT INTO outlet_past (stream, epoch, batch, through, at) VALUES ('internal-relay', 1, 1, (SELECT max(id) FROM outbox), ?)",
                arguments: [bench.clock.now.milliseconds])
        }
    }

    private func run(_ bench: Bench, keeping cases: Int?) async throws {
        let retention = InternalRetention(
            store: bench.store, cases: cases.map { .seconds($0 * Self.day) }, window: .seconds(7 * Self.day),
            clock: { bench.clock.now })
        for step in retention.steps { while try await step() {} }
    }

    @Test func aClosedCaseGoesButForItsIdentityAndTheLedgersStayAsTheyAre() async throws {
        let bench = try await bench()
        try await close("A-1", bench)
        try await deliverAll(bench)
        try await answerAll(bench)
        let before = try await bench.day()
        #expect(before.imbalances.isEmpty, "\(before.imbalances)")
        bench.clock.move(.seconds(100 * Self.day))
        try await run(bench, keeping: nil)
        #expect(try await bench.count("SELECT count(*) FROM timeline WHERE ticket = 1") > 0, "for ever by default")
        try await run(bench, keeping: 101)
        #expect(try await bench.count("SELECT count(*) FROM timeline WHERE ticket = 1") > 0)

        try await run(bench, keeping: 90)
        #expect(try await bench.count("SELECT count(*) FROM timeline WHERE ticket = 1") == 0)
        #expect(try await bench.count("SELECT count(*) FROM event WHERE ticket = 1") == 0)
        #expect(try await bench.count("SELECT count(*) FROM delivery WHERE ticket = 1") == 0)
        #expect(try await bench.count("SELECT count(*) FROM timeline WHERE ticket = 2") > 0, "the other is open")
        let body = try #require(try await bench.zone.desk.document(IntakeTicket.id("A-1"), showsPersonal: true))
        let text = String(decoding: body, as: UTF8.self)
        #expect(!text.contains("13812341234") && !text.contains("路灯"), "\(text)")
        #expect(text.contains("A-1"))

        try await bench.admit([.sample("A-1")])
        #expect(try await bench.count("SELECT count(*) FROM ticket") == 2, "a copy that comes again is known")
        let after = try await bench.day()
        #expect(after.imbalances.isEmpty, "\(after.imbalances)")
        #expect(after.admitted() == before.admitted())
        let findings = try StoreCheck(
            StoreReader(path: bench.store.path, schema: InternalSchema.schema), invariants: InternalInvariants.all
        ).run()
        #expect(findings.isEmpty, "\(findings)")
    }

    @Test func aClosedCaseStaysWhileADeliveryOrAReplyIsOnItsWay() async throws {
        let bench = try await bench()
        try await close("A-1", bench)
        try await answerAll(bench)
        bench.clock.move(.seconds(100 * Self.day))
        try await run(bench, keeping: 90)
        #expect(try await bench.count("SELECT count(*) FROM timeline WHERE ticket = 1") > 0, "not delivered")
        try await deliverAll(bench)
        try await bench.store.commit { try $0.execute(sql: "UPDATE reply SET state = 'sent' WHERE id = 1") }
        try await run(bench, keeping: 90)
        #expect(try await bench.count("SELECT count(*) FROM timeline WHERE ticket = 1") > 0, "not answered")
    }
}
