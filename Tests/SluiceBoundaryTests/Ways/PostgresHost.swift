import PostgresKit
@testable import SluiceBoundary
import SluiceTesting
import Synchronization

/// Rows of a database of its own.
final class PostgresHost: WayHost {
    let server: PostgresServer
    let database: String
    let layout: DatabaseLayout
    private static let count = Atomic(0)

    init(_ server: PostgresServer, layout: DatabaseLayout = DatabaseLayout()) async throws {
        self.server = server
        self.layout = layout
        database = "border_\(Self.count.add(1, ordering: .relaxed).newValue)"
        try await server.sql("CREATE DATABASE \(database)")
        try await BoundaryInstaller.install(layout, in: place("postgres"))
    }

    /// The database as a role sees it, over the socket, where the server trusts everybody.
    func place(_ role: String) -> BoundaryDatabase {
        var place = BoundaryDatabase(
            PostgresSettings(host: server.socketFolder, port: server.port, database: database, user: role),
            schema: layout.schema)
        (place.poll, place.firstPause, place.longestPause) = (.milliseconds(20), .milliseconds(5), .milliseconds(50))
        // So that a server that has fallen silent is given up soon.
        place.settings.statementTimeout = .seconds(1)
        return place
    }

    var ends: Ends { Ends(near: place(layout.producers[0].role), far: place(layout.relay)) }
    var tables: StreamTables { layout.tables(.externalToRelay) }

    func admin<Value: Sendable>(_ body: @escaping @Sendable (PostgresSession) throws -> Value) async throws -> Value {
        var settings = place("postgres").settings
        settings.statementTimeout = .seconds(60)
        let connection = try await PostgresConnection.open(settings)
        do {
            let value = try await connection.run(body)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    func batches() async throws -> [Int] {
        let tables = tables
        return try await admin { session in
            let rows = try session.query("SELECT batch FROM \(tables.manifests) WHERE epoch = 1 ORDER BY batch")
            return (0..<rows.count).compactMap { rows.integer($0, 0).map { Int($0) } }
        }
    }

    /// The lines are there and the manifest is not, when the writer's connection ends.
    func tear(_ batch: Int) async throws {
        let tables = tables
        let connection = try await PostgresConnection.open(place(layout.producers[0].role).settings)
        try await connection.run { session in
            try session.script("BEGIN")
            try session.query(
                "INSERT INTO \(tables.lines) (epoch, batch, line, content) VALUES (1, $1::bigint, 0, 'half')",
                [.integer(Int64(batch))])
        }
        await connection.close()
    }

    func tamper(_ batch: Int) async throws {
        let tables = tables
        try await admin { session in
            _ = try session.query(
                """
                UPDATE \(tables.lines) SET content = set_byte(content, 20, get_byte(content, 20) # 1)
                WHERE epoch = 1 AND batch = $1::bigint AND line = 1
                """, [.integer(Int64(batch))])
        }
    }

    func take(_ batch: Int) async throws -> [UInt8] {
        let tables = tables
        return try await admin { session in
            try session.transaction { session in
                let values: [PostgresValue] = [1, .integer(Int64(batch)), .integer(.max), .integer(10_000)]
                let rows = try session.query(tables.batch, values, binary: true)
                for table in [tables.lines, tables.manifests] {
                    try session.query(
                        "DELETE FROM \(table) WHERE epoch = 1 AND batch = $1::bigint", [.integer(Int64(batch))])
                }
                return (0..<rows.count).flatMap { (rows.bytes($0, 0) ?? []) + [0x0A] }
            }
        }
    }

    func put(_ bytes: [UInt8], as batch: Int) async throws {
        let tables = tables
        var lines = bytes.split(separator: 0x0A).map { Array($0) }
        let last = lines.removeLast()
        let values: [PostgresValue] = [
            1, .integer(Int64(batch)), .manyBytes(lines), 0, 0, .bytes(last), .text(tables.channel),
        ]
        try await admin { session in _ = try session.query(tables.insert, values) }
    }

    /// New connections are refused and the open ones ended, as when somebody pulls the plug of this database alone.
    func cut() async throws { try await setConnections("false") }
    func heal() async throws { try await setConnections("true") }

    private func setConnections(_ allowed: String) async throws {
        let database = database
        try await server.sql(
            """
            ALTER DATABASE \(database) ALLOW_CONNECTIONS \(allowed);
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database)' AND NOT \(allowed)
            """)
    }

    func letGo() async throws {
        try await age(by: 40)
        _ = try await BoundaryDays(place(layout.relay), age: .seconds(30 * 86_400)).keep()
    }

    /// Makes everything that stands there older by some days.
    func age(by days: Int) async throws {
        let (layout, schema) = (layout, layout.schema)
        try await admin { session in
            for table in layout.streams.flatMap({ [layout.tables($0).lines, layout.tables($0).manifests] }) {
                let name = table.dropFirst(schema.count + 1)
                try session.script(
                    """
                    DO $$
                    DECLARE
                        past date := (now() AT TIME ZONE 'UTC')::date - \(days);
                    BEGIN
                        EXECUTE format('CREATE TABLE IF NOT EXISTS \(schema).%I PARTITION OF \(table) FOR VALUES FROM (%L) TO (%L)',
                            '\(name)_' || to_char(past, 'YYYYMMDD'), past, past + 1);
                        EXECUTE format('ALTER TABLE \(schema).%I OWNER TO \(layout.owner)',
                            '\(name)_' || to_char(past, 'YYYYMMDD'));
                        UPDATE \(table) SET day = past WHERE day > past;
                    END $$;
                    """)
            }
        }
    }
}
