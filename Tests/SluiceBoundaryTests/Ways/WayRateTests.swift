import GRDB
import PostgresKit
@testable import SluiceBoundary
import Foundation
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// What each way carries, side by side in one run: `SLUICE_RATES=50000 swift test --filter WayRateTests`.
@Suite(.postgresServer, .serialized, .enabled(if: ProcessInfo.processInfo.environment["SLUICE_RATES"] != nil))
struct WayRateTests {
    private static let items = ProcessInfo.processInfo.environment["SLUICE_RATES"].flatMap { Int($0) } ?? 20_000
    /// An item's body as tickets have it, about.
    private static let body = #"{"text":"\#(String(repeating: "路灯不亮", count: 100))"}"#

    @Test(arguments: Way.allCases)
    func rate(way: Way) async throws {
        let host = try await way.host()
        let border = try Border(host.ends)
        for start in stride(from: 0, to: Self.items, by: 5000) {
            let items = (start..<min(start + 5000, Self.items)).map {
                (item: border.item("i\($0)", body: Self.body), reference: Int64?.none)
            }
            try border.near.write { _ = try Outbox.append(items, to: border.stream, in: $0) }
        }
        let outlet = border.outlet()
        let before = try await written(host)
        let clock = ContinuousClock()
        let writing = try await clock.measure { while try await outlet.step(mayAck: false).isBusy {} }
        let after = try await written(host)
        let inlet = border.inlet()
        let reading = try await clock.measure {
            while try await inlet.step(prepare: { _ in }, consume: { _, _, _ in }).tookOne {}
        }
        let taken = try await border.far.read { try Int.fetchOne($0, sql: "SELECT next_number - 1 FROM inlet") }
        #expect(taken == Self.items)
        let rate = { (span: Duration) in
            Int(Double(Self.items) / (Double(span.components.attoseconds) / 1e18 + Double(span.components.seconds)))
        }
        print(
            "\(way): \(Self.items) items of \(Self.body.utf8.count) bytes; written \(rate(writing))/s, read and checked "
                + "\(rate(reading))/s; \((after.log - before.log) / Self.items) bytes written, "
                + "\(after.kept / Self.items) kept for each")
    }

    /// Bytes that went to the disk for the batches, and that lie there now.
    private func written(_ host: any WayHost) async throws -> (log: Int, kept: Int) {
        guard let postgres = host as? PostgresHost else {
            let folder: String
            switch host.ends.nearOut {
            case .folder(let path): folder = path
            case .link(let path, _): folder = path + ".kept"
            case .database, .unread: return (0, 0)
            }
            let sizes = names(in: folder).map { (try? readFile(folder + "/" + $0).count) ?? 0 }
            return (sizes.reduce(0, +), sizes.reduce(0, +))
        }
        return try await postgres.admin { session in
            let rows = try session.query(
                """
                SELECT pg_current_wal_lsn() - '0/0', (SELECT sum(pg_total_relation_size(c.oid))
                    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'sluice' AND relkind = 'r')
                """)
            return (Int(rows.text(0, 0) ?? "") ?? 0, Int(rows.text(0, 1) ?? "") ?? 0)
        }
    }
}
