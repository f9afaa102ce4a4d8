import GRDB
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore
import Testing

@testable import SluiceRelay

/// The relay signs what it passes on; a relay that lies about others' items is still found out.
@Suite struct DishonestRelayTests {
    @Test func anItemAlteredInQuarantineIsRefusedByTheInternalSide() async throws {
        let code = try await codeOfStop { db in
            try db.execute(
                sql: """
                    UPDATE item SET line = CAST(replace(CAST(unpacked(line) AS TEXT), '路灯', '桥梁') AS BLOB)
                    WHERE number = 2
                    """)
        }
        #expect(code == "boundary.bad-origin-root")
    }

    @Test func anItemPassedOffAsAnotherIsRefused() async throws {
        let code = try await codeOfStop { db in
            try db.execute(sql: "UPDATE item SET line = (SELECT line FROM item WHERE number = 1) WHERE number = 2")
        }
        #expect(code == "boundary.bad-origin-root")
    }

    @Test func aForgedOriginIsRefused() async throws {
        let code = try await codeOfStop { db in
            try db.execute(
                sql:
                    "UPDATE batch SET manifest = CAST(replace(CAST(manifest AS TEXT), '\"count\":2', '\"count\":3') AS BLOB)"
            )
        }
        #expect(code == "boundary.bad-origin-signature")
    }

    /// Holds two items, releases the second, lets `lie` change the quarantine before it is sent, and looks how the internal side stops.
    private func codeOfStop(_ lie: @escaping @Sendable (Database) throws -> Void) async throws -> String? {
        let zones = try ThreeZones()
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        try zones.send([Tickets.item("a", wantsReview: true), Tickets.item("b", wantsReview: true)])
        _ = try await zones.run(relay) { try !zones.external.verdicts.isEmpty }
        try await relay.desk.release(2, by: "insider")
        try await store.commit(lie)
        let inlet = zones.neighbour(.internalToRelay, zones.internalStore, "external").1
        _ = try await zones.run(relay) { try await inlet.stop() != nil }
        #expect(try zones.internalStore.taken.isEmpty)
        return try await inlet.stop()?.code
    }
}
