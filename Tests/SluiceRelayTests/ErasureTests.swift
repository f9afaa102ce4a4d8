import GRDB
import SluiceBoundary
@testable import SluiceRelay
import SluiceSDK
import SluiceStore
import Testing

/// A ticket's lines are taken out of quarantine, whatever became of them.
@Suite(.serialized) struct ErasureTests {
    private func order(_ item: Item, _ externalID: String) -> ErasureBody {
        ErasureBody(
            erasureID: "e-1", ticketID: item.id, channelID: item.channelID, externalID: externalID, extent: .personal,
            carriers: [.init(itemID: item.id, createdAt: item.createdAt)], orderedAt: Tickets.time)
    }

    private func erase(_ order: ErasureBody, _ store: Store) async throws -> ErasureOutcome {
        try await RelayErasure(store: store, clock: { Tickets.time }).apply(order)
    }

    private func emptied(_ store: Store) async throws -> [String] {
        try await store.read { try String.fetchAll($0, sql: "SELECT item_id FROM item WHERE length(line) = 0") }
    }

    @Test func aHeldItemIsRejectedAndCanNoLongerBeReleased() async throws {
        let zones = try ThreeZones()
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        let held = Tickets.item("secret", channel: "hotline-12388")
        try zones.send([Tickets.item("a"), held])
        _ = try await zones.run(relay) { try !zones.external.receipts.isEmpty }
        let id = try #require(try await relay.desk.list(.held).first?.id)

        let outcome = try await erase(order(held, "secret"), store)
        #expect(outcome.isComplete && outcome.rows == 1)
        #expect(try await emptied(store) == [held.id])
        let done = try await zones.run(relay) { try zones.external.verdicts.contains("2-2 rejected desk.erased") }
        #expect(done)
        await #expect(throws: DeskError.self) { try await relay.desk.release(id, by: "李") }
        #expect(try await relay.desk.show(id).body == "{}")
        #expect(try zones.internalStore.taken == [1])
    }

    @Test func aLineOnItsWayStaysAndOneThatArrivedIsLeftOutWhenAllIsSentAgain() async throws {
        let zones = try ThreeZones()
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        let erased = Tickets.item("a")
        try zones.send([erased, Tickets.item("b"), Tickets.item("c")])
        let arrived = try await zones.run(relay) {
            if try zones.internalStore.taken.count < 3 { return false }
            return try store.isAcknowledged
        }
        #expect(arrived)

        let settled = try await store.read {
            try Int.fetchOne($0, sql: "SELECT settled FROM outlet WHERE stream = 'relay-internal'")
        }
        try await store.commit { try $0.execute(sql: "UPDATE outlet SET settled = 0 WHERE stream = 'relay-internal'") }
        #expect(try await erase(order(erased, "a"), store).isComplete == false)
        #expect(try await emptied(store).isEmpty)
        try await store.commit {
            try $0.execute(
                sql: "UPDATE outlet SET settled = ? WHERE stream = 'relay-internal'", arguments: [settled])
        }
        #expect(try await erase(order(erased, "a"), store).isComplete)
        #expect(try await emptied(store) == [erased.id])

        // As after a restore of the internal zone: everything again, but for what is no longer here.
        try await store.commit { try Outbox.raiseEpoch(of: .relayToInternal, sendingBehind: 0, in: $0) }
        let stopped = try await zones.run(relay) {
            try !zones.internalStore.texts("SELECT stop_code FROM inlet WHERE stop_code IS NOT NULL").isEmpty
        }
        #expect(stopped)
        try await zones.internalStore.commit { try Inlet.resume(.relayToInternal, in: $0) }
        let again = try await zones.run(relay) { try zones.internalStore.taken.count >= 5 }
        #expect(again)
        #expect(try zones.internalStore.taken == [1, 2, 3, 2, 3])
    }
}
