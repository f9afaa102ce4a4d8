import GRDB
import SluiceBoundary
@testable import SluiceRelay
import SluiceSDK
import SluiceStore
import Testing

/// What quarantine.db lets go of when time passes, on a clock that the test moves.
@Suite(.serialized) struct RetentionTests {
    private func run(_ store: Store, after days: Int, silent: Set<String> = []) async throws {
        let now = Tickets.time.adding(.seconds(days * 86_400))
        let retention = RelayRetention(
            store: store, zone: .shanghai, age: .seconds(30 * 86_400), window: .seconds(7 * 86_400), clock: { now },
            streams: [.relayToInternal, .relayToExternal], silent: silent)
        for step in retention.steps { while try await step() {} }
    }

    private func count(_ store: Store, _ table: String) async throws -> Int {
        try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? -1 }
    }

    @Test func aReceiptedDayGoesAndItsCountsStay() async throws {
        let zones = try ThreeZones()
        // Its folder goes with it.
        defer { withExtendedLifetime(zones) {} }
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        try zones.send([Tickets.item("a"), Tickets.item("b"), Tickets.item("c", channel: "hotline-9")])
        try zones.reply([Tickets.reply("a")])
        let done = try await zones.run(relay) {
            guard try !zones.external.receipts.isEmpty, try !zones.internalStore.receipts.isEmpty else { return false }
            return try store.isAcknowledged
        }
        #expect(done)
        let day = Tickets.time.day(in: .shanghai)
        let before = try await relay.counts(day: day)
        #expect(before.reduce(0) { $0 + $1.received } == 4)

        try await run(store, after: 20)
        #expect(try await count(store, "item") == 4, "thirty days are not over")
        try await run(store, after: 32)
        #expect(try await count(store, "item") == 0)
        #expect(try await count(store, "batch") == 0)
        #expect(try await relay.counts(day: day) == before)
        #expect(try await relay.ledger.counts() == before)
        let findings = try StoreCheck(
            StoreReader(path: store.path, schema: RelaySchema.schema), invariants: RelayInvariants.all
        ).run()
        #expect(findings.isEmpty, "\(findings)")
    }

    @Test func aDayGoesWithoutReceiptsWhereTheyCannotCome() async throws {
        let zones = try ThreeZones()
        // Its folder goes with it.
        defer { withExtendedLifetime(zones) {} }
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        try zones.send([Tickets.item("a"), Tickets.item("b")])
        try zones.reply([Tickets.reply("a")])
        let done = try await zones.run(relay) {
            guard try !zones.external.receipts.isEmpty, try !zones.internalStore.receipts.isEmpty else { return false }
            return try store.isAcknowledged
        }
        #expect(done)
        try await store.commit { try $0.execute(sql: "DELETE FROM receipt") }
        for silent in [[], ["internal"], ["external"]] as [Set<String>] {
            try await run(store, after: 32, silent: silent)
            #expect(try await count(store, "item") == 3, "\(silent)")
        }
        try await run(store, after: 32, silent: ["internal", "external"])
        #expect(try await count(store, "item") == 0)
    }

    @Test func aDayWithAHeldItemStaysUntilAPersonHasDecided() async throws {
        let zones = try ThreeZones()
        // Its folder goes with it.
        defer { withExtendedLifetime(zones) {} }
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        try zones.send([Tickets.item("a"), Tickets.item("held", channel: "hotline-12388")])
        _ = try await zones.run(relay) {
            if try zones.external.receipts.isEmpty { return false }
            return try store.isAcknowledged
        }
        try await run(store, after: 400)
        #expect(try await count(store, "item") == 2)

        let id = try #require(try await relay.desk.list(.held).first?.id)
        try await relay.desk.reject(id, by: "王", reason: "重复")
        _ = try await zones.run(relay) { try store.isAcknowledged }
        let before = try await relay.ledger.counts()
        try await run(store, after: 400)
        #expect(try await count(store, "item") == 0)
        #expect(try await relay.ledger.counts() == before)
    }

    @Test func whatNobodyHasReceiptedStays() async throws {
        let zones = try ThreeZones()
        // Its folder goes with it.
        defer { withExtendedLifetime(zones) {} }
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        try zones.send([Tickets.item("a")])
        _ = try await zones.run(relay) {
            if try zones.external.receipts.isEmpty { return false }
            return try store.isAcknowledged
        }
        try await store.commit { try $0.execute(sql: "DELETE FROM receipt") }
        try await run(store, after: 400)
        #expect(try await count(store, "item") == 1)
    }
}
