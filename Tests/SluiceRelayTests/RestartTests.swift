import GRDB
import SluiceBoundary
import SluiceConfig
@testable import SluiceRelay
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@Suite struct RestartTests {
    @Test func aRelayThatIsStoppedManyTimesPassesEverythingOnOnce() async throws {
        let zones = try ThreeZones()
        let total = 600
        for start in stride(from: 1, through: total, by: 20) {
            try zones.send((start..<start + 20).map { Tickets.item("n\($0)") })
            // Each time a new process would: open, work a moment, end wherever it is.
            let store = try zones.openRelay()
            let relay = zones.relay(store)
            let goal = start / 2
            _ = try await zones.run(relay) { try zones.internalStore.taken.count >= goal }
            try store.close()
        }
        let store = try zones.openRelay()
        let relay = zones.relay(store)
        let done = try await zones.run(relay) {
            try zones.external.read { try Int.fetchOne($0, sql: "SELECT sum(last - first + 1) FROM receipt") } == total
        }
        #expect(done)
        #expect(try zones.internalStore.taken == Array(1...total))
        #expect(
            try await zones.external.read { try Int.fetchOne($0, sql: "SELECT sum(last - first + 1) FROM verdict") }
                == total)
        #expect(try await relay.stops().isEmpty)
    }

    @Test func aFlippedByteStopsTheProducerAloneUntilItIsResumed() async throws {
        let zones = try ThreeZones()
        try zones.send([Tickets.item("a")])
        let path = zones.folder("external-relay/0001-000000000001.seg")
        _ = try await zones.run(nil) { !names(in: zones.folder("external-relay")).isEmpty }
        let good = try readFile(path)
        var bad = good
        bad[good.count / 2] ^= 1
        try writeFile(bad, path)
        try zones.reply([Tickets.reply("a")])

        let relay = zones.relay(try zones.openRelay())
        let done = try await zones.run(relay) { try await !relay.stops().isEmpty && zones.external.taken == [1] }
        #expect(done, "the other direction goes on")
        #expect(try await relay.stops().map(\.stream) == [.externalToRelay])
        #expect(try zones.internalStore.taken.isEmpty)
        try writeFile(good, path)
        try await relay.resume(producer: "external")
        #expect(try await zones.run(relay) { try zones.internalStore.taken == [1] })
        #expect(try await relay.stops().isEmpty)
    }

    @Test func acknowledgedSegmentsLeaveAllFourFolders() async throws {
        let zones = try ThreeZones()
        let relay = zones.relay(try zones.openRelay())
        try zones.send((1...20).map { Tickets.item("n\($0)") })
        try zones.reply([Tickets.reply("a")])
        let streams = ["external-relay", "relay-internal", "internal-relay", "relay-external"]
        // Batches that carry nothing but an acknowledgement may stay until something follows them.
        let done = try await zones.run(relay) {
            try !zones.external.receipts.isEmpty && !zones.internalStore.receipts.isEmpty
                && streams.allSatisfy { name in
                    try names(in: zones.folder(name)).allSatisfy {
                        try readFile(zones.folder(name) + "/" + $0).count < 1200
                    }
                }
        }
        #expect(done)
    }
}
