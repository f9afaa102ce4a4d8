import Foundation
import GRDB
import Glibc
import SluiceStore
import SluiceTesting
import Testing

/// PostgreSQL, and a program, killed again and again while the zone takes from them: nothing is lost, and nothing comes
/// twice.
@Suite struct KilledSourceTests {
    /// `SLUICE_KILLS=100 swift test --filter KilledSourceTests`
    private static let kills = ProcessInfo.processInfo.environment["SLUICE_KILLS"].flatMap { Int($0) } ?? 10
    private static let rowsOfOne = 20

    @Test func killsOfPostgreSQL() async throws {
        let server = try await PostgresServer()
        try await server.sql(
            """
            CREATE ROLE gate LOGIN PASSWORD '\(ZoneFixture.secret)';
            CREATE TABLE request (id int PRIMARY KEY, no text, time text, text text, state int DEFAULT 0, ticket text);
            GRANT SELECT ON request TO gate; GRANT UPDATE (state, ticket) ON request TO gate
            """)
        let source = """
            source:
              type: exchange-table
              url: \(server.url(user: "gate", password: nil))
              password: ${env:SECRET}
              table: request
              key: id
              state_column: state
              take: { from: 0, to: 1 }
              write_back: { ticket_id: ticket }
              batch: 3
              every: 10ms
            format: { type: ndjson }

            """
        let zone = try await ZoneFixture(["table": source + ZoneFixture.mapping])
        for kill in 0..<Self.kills {
            try await server.sql(
                """
                INSERT INTO request (id, no, time, text)
                SELECT n, 'N-' || n, '2026-01-05 09:00:00', 'x'
                FROM generate_series(\(kill * Self.rowsOfOne + 1), \((kill + 1) * Self.rowsOfOne)) n
                """)
            // Somewhere in the middle of them.
            try await zone.settle(kill * Self.rowsOfOne + kill % Self.rowsOfOne)
            server.stop()
            try await server.start()
        }
        let total = Self.kills * Self.rowsOfOne
        try await zone.settle(total)
        try await expectOnce(total, zone)
        // Every row says so itself, with the ticket that it became.
        let deadline = ContinuousClock.now.advanced(by: .seconds(120))
        while true {
            do {
                try await server.sql(
                    "DO $$ BEGIN ASSERT (SELECT count(*) FROM request WHERE state = 1 AND ticket <> '') = \(total); END $$"
                )
                break
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        await zone.stop()
    }

    @Test func killsOfAProgram() async throws {
        let total = Self.kills * Self.rowsOfOne
        let program = """
            #!/usr/bin/python3
            import json, os, sys, time
            with open(sys.argv[1] + "/.pid", "w") as file:
                file.write(str(os.getpid()))
            os.rename(sys.argv[1] + "/.pid", sys.argv[1] + "/pid")
            done = int(os.environ.get("SLUICE_CHECKPOINT", "0"))
            for n in range(done + 1, \(total) + 1):
                print(json.dumps({"record": {"no": f"N-{n}", "time": "2026-01-05 09:00:00", "text": "x"}}), flush=True)
                if n % 3 == 0:
                    print(json.dumps({"checkpoint": n}), flush=True)
                if n % 5 == 0:
                    time.sleep(0.005)
            time.sleep(3600)
            """
        let source = """
            source:
              type: exec
              command: [count.py, "${env:FOLDER}"]
              batch: 4
            format: { type: ndjson }

            """
        let folder = TemporaryFolder()
        let zone = try await ZoneFixture(
            ["exec": source + ZoneFixture.mapping], programs: ["count.py": program], folder: folder)
        var last = ""
        for kill in 0..<Self.kills {
            var now = last
            while now == last {
                now = (try? readFile(folder("pid"))).map { String(decoding: $0, as: UTF8.self) } ?? ""
                try await Task.sleep(for: .milliseconds(2))
            }
            last = now
            try await zone.settle(min(total - 1, kill * Self.rowsOfOne / 2 + kill % 7))
            if let process = Int32(now) { Glibc.kill(process, SIGKILL) }
        }
        try await zone.settle(total)
        try await expectOnce(total, zone)
        await zone.stop()
    }

    private func expectOnce(_ total: Int, _ zone: ZoneFixture) async throws {
        let (tickets, revisions) = try await zone.store.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(DISTINCT external_id) FROM ticket"),
                try Int.fetchOne(db, sql: "SELECT max(revision) FROM ticket")
            )
        }
        #expect(tickets == total && revisions == 1)
        #expect(try await zone.ticketCount() == total)
    }
}

extension ZoneFixture {
    /// Waits until there are so many tickets.
    func settle(_ count: Int, looksEvery pause: Duration = .milliseconds(10)) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(600))
        while try await ticketCount() < count, ContinuousClock.now < deadline { try await Task.sleep(for: pause) }
        #expect(try await ticketCount() >= count)
    }
}
