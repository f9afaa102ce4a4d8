import Foundation
import GRDB
import SluiceStore
import SluiceTesting
import Testing

/// Rows of a table through a whole external zone: received, mapped, journalled, written back.
@Suite(.serialized) struct TableRowsTests {
    /// `SLUICE_ROWS=1000000 swift test --filter TableRowsTests` for the figures.
    private static let rows = ProcessInfo.processInfo.environment["SLUICE_ROWS"].flatMap { Int($0) } ?? 2_000

    private static let columns = "id integer PRIMARY KEY, no text, time text, text text, state integer DEFAULT 0"
    private static let text = String(repeating: "路灯不亮，请派人维修。", count: 10)

    private static func channel(_ place: String) -> String {
        """
        source:
          type: exchange-table
        \(place)
          table: request
          key: id
          state_column: state
          take: { from: 0, to: 1 }
          batch: 500
          every: 10ms
        format: { type: ndjson }

        """ + ZoneFixture.mapping
    }

    @Test func rowsOfPostgreSQL() async throws {
        let server = try await PostgresServer(options: ["max_wal_size=2GB"])
        try await server.sql(
            "CREATE ROLE gate LOGIN PASSWORD '\(ZoneFixture.secret)'; CREATE TABLE request (\(Self.columns));"
                + "INSERT INTO request SELECT n, 'N-' || n, '2026-01-05 09:00:00', '\(Self.text)', 0 "
                + "FROM generate_series(1, \(Self.rows)) n; CREATE INDEX ON request (id) WHERE state = 0;"
                + "GRANT SELECT, UPDATE ON request TO gate")
        let place = "  url: \(server.url(user: "gate", password: nil))\n  password: ${env:SECRET}"
        try await measure("PostgreSQL", Self.channel(place))
    }

    @Test func rowsOfSQLite() async throws {
        let folder = TemporaryFolder()
        let queue = try DatabaseQueue(path: folder("front.db"))
        try await queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE request (\(Self.columns));
                    WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < \(Self.rows))
                    INSERT INTO request SELECT n, 'N-' || n, '2026-01-05 09:00:00', '\(Self.text)', 0 FROM c;
                    CREATE INDEX waiting ON request (id) WHERE state = 0;
                    """)
        }
        try queue.close()
        try await measure("SQLite", Self.channel("  url: sqlite:\(folder("front.db"))"))
    }

    private func measure(_ name: String, _ channel: String) async throws {
        let began = ContinuousClock.now
        let zone = try await ZoneFixture(["table": channel])
        try await zone.settle(Self.rows, looksEvery: .milliseconds(Self.rows > 10_000 ? 500 : 20))
        let time = (ContinuousClock.now - began) / .seconds(1)
        #expect(try await zone.ticketCount() == Self.rows)
        if Self.rows >= 10_000 {
            print("\(name): \(Self.rows) rows, \(Int(Double(Self.rows) / time)) rows/s, peak memory \(Self.peak()) KiB")
        }
        await zone.stop()
    }

    /// Of the whole test process, VmHWM.
    private static func peak() -> Int {
        let status = (try? readFile("/proc/self/status")).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? -1
    }
}
