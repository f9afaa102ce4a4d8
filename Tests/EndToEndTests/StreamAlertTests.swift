import GRDB
import Logging
import SluiceBoundary
import SluiceConfig
import SluiceRelay
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import sluice

/// A batch that was tampered with becomes an alert that a person can read.
@Suite struct StreamAlertTests {
    @Test func aTamperedBatchBecomesAnAlertThatEndsWhenTheStreamIsResumed() async throws {
        let folder = TemporaryFolder()
        let store = try Store(path: folder("quarantine.db"), schema: RelaySchema.schema)
        for name in ["out", "in", "to", "from"] { try makeFolder(folder(name)) }
        let file = folder("in") + "/0001-000000000001.seg"
        try writeFile(Array("not a segment\n".utf8), file)
        let keys = try RelayKeys(
            own: .generate(), external: SigningKey.generate().verifyingKey,
            internalZone: SigningKey.generate().verifyingKey)
        let zone = RelayZone(
            settings: RelaySettings(
                external: BoundaryPlaces(out: folder("out"), in: folder("in")),
                internalSide: BoundaryPlaces(out: folder("to"), in: folder("from")),
                channels: ChannelPolicies(others: nil, named: [:]), timeZone: .shanghai),
            store: store, keys: keys, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
        let watch = AlertWatch(
            zone: "relay", store: store, conditions: { try await AlertConditions.relay(zone) }, targets: [],
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }), clock: { .now() })
        let running = Task { try await zone.run() }
        for _ in 0..<1000 {
            if try await !zone.stops().isEmpty { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        running.cancel()
        _ = await running.result
        try await watch.look()
        let open = try await alerts(store)
        #expect(open.count == 1)
        #expect(
            open.first?.hasPrefix("stream.stopped external-relay [boundary.malformed] external-relay batch 1/1") == true
        )

        try remove(file)
        try await zone.resume(producer: "external")
        try await watch.look()
        #expect(try await alerts(store).isEmpty)
    }

    private func alerts(_ store: Store) async throws -> [String] {
        try await store.read { db in
            try String.fetchAll(
                db, sql: "SELECT kind || ' ' || subject || ' ' || reason FROM alert WHERE cleared_at IS NULL")
        }
    }
}
