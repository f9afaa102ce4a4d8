import Foundation
import GRDB
@testable import SluiceRelay
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// What the record costs the relay: `SLUICE_RATES=20000 swift test --filter RecordRateTests`.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["SLUICE_RATES"] != nil))
struct RecordRateTests {
    private static let items = ProcessInfo.processInfo.environment["SLUICE_RATES"].flatMap { Int($0) } ?? 20_000

    @Test(arguments: [false, true])
    func rate(isRecorded: Bool) async throws {
        let zones = try ThreeZones()
        let store = try zones.openRelay()
        let host = isRecorded ? try await RecordHost() : nil
        let relay = zones.relay(store) { $0.record = host?.place() }
        for start in stride(from: 0, to: Self.items, by: 2000) {
            try zones.send((start..<min(start + 2000, Self.items)).map { Tickets.item("n\($0)") })
        }
        let start = ContinuousClock.now
        let done = try await zones.run(relay) { try zones.external.receipts.last?.hasSuffix("-\(Self.items)") == true }
        let span = ContinuousClock.now - start
        #expect(done)
        if let host { #expect(try await host.rows("SELECT count(*) FROM sluice_quarantine.item") == ["\(Self.items)"]) }
        let seconds = Double(span.components.seconds) + Double(span.components.attoseconds) / 1e18
        print(
            "relay, \(isRecorded ? "with" : "without") a record: \(Int(Double(Self.items) / seconds)) tickets/s there and back"
        )
    }
}
