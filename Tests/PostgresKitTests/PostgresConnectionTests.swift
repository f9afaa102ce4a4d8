import PostgresKit
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct PostgresConnectionTests {
    private func settings(_ server: PostgresServer) throws -> PostgresSettings {
        try PostgresSettings(url: server.url)
    }

    private func error(_ body: () async throws -> Void) async -> PostgresError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? PostgresError
        }
    }

    @Test func statementsCarryEveryKindOfParameter() async throws {
        let server = try await PostgresServer()
        let connection = try await PostgresConnection.open(settings(server))
        let rows = try await connection.run { session in
            try session.query(
                "SELECT $1::int, $2::text, $3::bytea, $4::bool, $5::text, $6::text[], $7::bigint[], $8::bytea[], "
                    + "$9::bytea[], $10::bytea[]",
                [
                    -7, "it's 中文\\\"", .bytes([0, 255, 10]), true, nil, .texts(["a,\"b\\", nil, ""]),
                    .integers([1, nil]), .manyBytes([[1, 2], []]), .manyBytes([nil, [3]]), .manyBytes([]),
                ])
        }
        #expect(rows.count == 1)
        #expect(rows.integer(0, 0) == -7)
        #expect(rows.text(0, 1) == "it's 中文\\\"")
        #expect(rows.bytes(0, 2) == [0, 255, 10])
        #expect(rows.text(0, 3) == "t")
        #expect(rows.text(0, 4) == nil && rows.isNull(0, 4))
        #expect(rows.text(0, 5) == #"{"a,\"b\\",NULL,""}"#)
        #expect(rows.text(0, 6) == "{1,NULL}")
        #expect(rows.text(0, 7) == #"{"\\x0102","\\x"}"#)
        #expect(rows.text(0, 8) == #"{NULL,"\\x03"}"#)
        #expect(rows.text(0, 9) == "{}")
        await connection.close()
        #expect(!connection.isOpen)
    }

    @Test func binaryResultsReadTheSame() async throws {
        let server = try await PostgresServer()
        let connection = try await PostgresConnection.open(settings(server))
        let rows = try await connection.run { session in
            try session.prepared(
                "SELECT (-3)::int2, (-4)::int4, (-5)::int8, $1::bytea, NULL::int8", [.bytes([1, 0, 2])], binary: true)
        }
        #expect((0..<3).map { rows.integer(0, $0) } == [-3, -4, -5])
        #expect(rows.bytes(0, 3) == [1, 0, 2])
        #expect(rows.type(3) == 17)
        #expect(rows.integer(0, 4) == nil)
    }

    @Test func aTransactionIsWholeOrNothing() async throws {
        let server = try await PostgresServer()
        let connection = try await PostgresConnection.open(settings(server))
        try await connection.run { try $0.script("CREATE TABLE t (id int PRIMARY KEY, name text)") }
        let failure = await error {
            try await connection.run { session in
                try session.transaction { session in
                    try session.query("INSERT INTO t VALUES (1, 'a')")
                    try session.query("INSERT INTO t VALUES (1, 'secret')")
                }
            }
        }
        #expect(failure?.code == "postgres.constraint" && failure?.sqlstate == "23505")
        #expect(failure?.constraint == "t_pkey" && failure?.table == "t")
        #expect(failure?.description.contains("secret") == false)
        // One that was left open by mistake does not reach the next piece of work.
        try await connection.run { try $0.script("BEGIN; INSERT INTO t VALUES (2, 'b')") }
        let count = try await connection.run { try $0.query("SELECT count(*) FROM t").integer(0, 0) }
        #expect(count == 0)
        #expect(connection.isOpen)
    }

    @Test func copyTakesManyRowsAndNothingOfAFailedOne() async throws {
        let server = try await PostgresServer()
        let connection = try await PostgresConnection.open(settings(server))
        try await connection.run { try $0.script("CREATE TABLE t (id int, name text, raw bytea)") }
        let taken = try await connection.run { session in
            try session.copy("COPY t FROM STDIN") { writer in
                for id in 0..<20_000 { try writer.write([.integer(Int64(id)), "a\tb\\\n中", .bytes([9, 10, 92])]) }
                try writer.write([nil, nil, nil])
            }
        }
        #expect(taken == 20_001)
        let row = try await connection.run { try $0.query("SELECT name, raw FROM t WHERE id = 19999") }
        #expect(row.text(0, 0) == "a\tb\\\n中" && row.bytes(0, 1) == [9, 10, 92])
        let bad = await error {
            try await connection.run { session in
                _ = try session.copy("COPY t (id) FROM STDIN") { writer in
                    for id in 0..<50_000 { try writer.write([id == 40_000 ? "Zhang San" : "1"]) }
                }
            }
        }
        #expect(bad?.code == "postgres.data")
        #expect(bad?.reason.contains("Zhang") == false)
        struct Enough: Error {}
        await #expect(throws: Enough.self) {
            try await connection.run { session in
                _ = try session.copy("COPY t (id) FROM STDIN") { writer in
                    try writer.write([1])
                    throw Enough()
                }
            }
        }
        let count = try await connection.run { try $0.query("SELECT count(*) FROM t").integer(0, 0) }
        #expect(count == 20_001)
    }

    @Test func rowsCanBeReadOneByOneAndLeftEarly() async throws {
        let server = try await PostgresServer()
        let connection = try await PostgresConnection.open(settings(server))
        let seen = try await connection.run { session in
            var seen: [Int64?] = []
            try session.forEachRow("SELECT n FROM generate_series(1, $1::int) n", [1_000_000]) { row in
                seen.append(row.integer(0, 0))
                return seen.count < 3
            }
            return seen
        }
        #expect(seen == [1, 2, 3])
        let all = try await connection.run { session in
            var count = 0
            try session.forEachRow("SELECT n FROM generate_series(1, 5000) n") { _ in
                count += 1
                return true
            }
            return count
        }
        #expect(all == 5000)
        #expect(
            await error { try await connection.run { _ = try $0.forEachRow("SELECT 1/0") { _ in true } } }?.sqlstate
                == "22012")
    }

    @Test func anotherProgramsNotificationWakesTheWait() async throws {
        let server = try await PostgresServer()
        let connection = try await PostgresConnection.open(settings(server))
        try await connection.run { try $0.listen("Über \"x\"") }
        async let heard = connection.notification(upTo: .seconds(60))
        try await server.sql("NOTIFY \"Über \"\"x\"\"\", 'five'")
        let notification = try await heard
        #expect(notification?.channel == "Über \"x\"" && notification?.payload == "five")
        #expect(try await connection.notification(upTo: .milliseconds(1)) == nil)
    }

    @Test func aWaitForNotificationsGivesWayToWorkAndEndsWithItsTask() async throws {
        let server = try await PostgresServer()
        let connection = try await PostgresConnection.open(settings(server))
        async let waiting = connection.notification(upTo: .seconds(3600))
        let one = try await connection.run { try $0.query("SELECT 1").integer(0, 0) }
        #expect(one == 1)
        let task = Task { try await connection.notification(upTo: .seconds(3600)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await connection.close()
        _ = try? await waiting
    }

    @Test func aStatementEndsWithItsTaskAndTheConnectionGoesOn() async throws {
        let server = try await PostgresServer()
        let connection = try await PostgresConnection.open(settings(server))
        let task = Task { try await connection.run { try $0.query("SELECT pg_sleep(3600)") } }
        // It runs before it is cancelled.
        let other = try await PostgresConnection.open(settings(server))
        while try await other.run({
            try $0.query(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(3600)' AND state = 'active'"
            )
            .integer(0, 0)
        }) != 1 {}
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await connection.run { try $0.query("SELECT 1").count } == 1)
    }

    @Test func theServerGivesUpStatementsThatTakeTooLong() async throws {
        let server = try await PostgresServer()
        var settings = try settings(server)
        settings.statementTimeout = .milliseconds(50)
        let connection = try await PostgresConnection.open(settings)
        let error = await error { try await connection.run { _ = try $0.query("SELECT pg_sleep(3600)") } }
        #expect(error?.code == "postgres.timeout" && error?.isTransient == true)
        #expect(connection.isOpen)
    }
}
