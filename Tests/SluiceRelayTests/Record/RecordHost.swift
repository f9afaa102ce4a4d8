import GRDB
import PostgresKit
import SluiceBoundary
@testable import SluiceRelay
import SluiceStore
import SluiceTesting

/// A server with a record of the quarantine, and what stands in it.
final class RecordHost: Sendable {
    let server: PostgresServer
    let layout = RecordLayout()

    init() async throws {
        server = try await PostgresServer()
        try await BoundaryInstaller.install(layout, in: place("postgres"))
    }

    /// As a role sees it, over the socket, where the server trusts everybody.
    func place(_ role: String = "sluice_relay") -> BoundaryDatabase {
        var place = BoundaryDatabase(
            PostgresSettings(host: server.socketFolder, port: server.port, database: "postgres", user: role),
            schema: layout.schema)
        (place.poll, place.firstPause, place.longestPause) = (.milliseconds(20), .milliseconds(5), .milliseconds(50))
        return place
    }

    /// Rows as the auditor reads them, `a b c`.
    func rows(_ sql: String, as role: String = "sluice_auditor") async throws -> [String] {
        let connection = try await PostgresConnection.open(place(role).settings)
        do {
            let rows = try await connection.run { session in
                let result = try session.query(sql)
                return (0..<result.count).map { row in
                    result.columns.indices.map { result.text(row, $0) ?? "–" }.joined(separator: " ")
                }
            }
            await connection.close()
            return rows
        } catch {
            await connection.close()
            throw error
        }
    }

    func admin(_ sql: String) async throws { _ = try await rows(sql, as: "postgres") }

    /// `external 3 held`, as the record derives it.
    func states() async throws -> [String] {
        try await rows(
            "SELECT producer, number, state FROM sluice_quarantine.item_state ORDER BY producer, epoch, number")
    }

    /// The same from quarantine.db alone.
    static func states(_ store: Store) async throws -> [String] {
        try await store.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT producer || ' ' || number || ' ' || CASE WHEN now = 'released' AND taken THEN 'taken' ELSE now END
                    FROM (\(RelayLedger.items.replacing("SELECT producer,", with: "SELECT epoch, number, producer,")))
                    ORDER BY producer, epoch, number
                    """)
        }
    }

    /// Makes everything that stands there older by some days.
    func age(by days: Int) async throws {
        for table in ["verdict", "receipt"] {
            try await admin(
                """
                UPDATE sluice_quarantine.\(table) SET day = (now() AT TIME ZONE 'UTC')::date - \(days)
                WHERE day > (now() AT TIME ZONE 'UTC')::date - \(days)
                """
            )
        }
        for table in ["batch", "item"] {
            try await admin(
                """
                DO $$
                DECLARE
                    past date := (now() AT TIME ZONE 'UTC')::date - \(days);
                    name text := '\(table)_' || to_char(past, 'YYYYMMDD');
                BEGIN
                    EXECUTE format('CREATE TABLE IF NOT EXISTS sluice_quarantine.%I PARTITION OF sluice_quarantine.\(table)
                        FOR VALUES FROM (%L) TO (%L)', name, past, past + 1);
                    EXECUTE format('ALTER TABLE sluice_quarantine.%I OWNER TO sluice_owner', name);
                    UPDATE sluice_quarantine.\(table) SET day = past WHERE day > past;
                END $$
                """)
        }
    }
}

extension ThreeZones {
    /// Tickets that go on, wait and are refused.
    func sendMixed() throws {
        try send([
            Tickets.item("a"), Tickets.item("b", channel: "hotline-12388"), Tickets.item("c", channel: "hotline-9"),
            Tickets.item("d", channel: "hotline-12388"), Tickets.item("e"),
        ])
    }
}
