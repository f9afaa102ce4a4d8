import CurlKit
import Foundation
import PostgresKit
import SluiceTesting
import Testing

/// The built program with the quarantine's record in PostgreSQL.
@Suite(.serialized) struct RecordedGatewayTests {
    @Test func theRelayDiesBetweenItsTwoCommitsAndTheServerWithItAndNothingIsLostOrDoubled() async throws {
        let server = try await PostgresServer()
        let gateway = try await Self.gateway(on: server)
        let zones = ZonesApart(gateway)
        try await zones.startAll()
        try await Storm(total: 160, gateway: gateway).run { round in
            switch round % 4 {
            case 1:
                zones.kill("relay")
                // Ends by itself: the record has what this process never commits.
                try zones.start("relay", failpoint: "relay.recorded:1")
                try await eventually { zones.hasEnded("relay") }
            case 3:
                zones.kill("relay")
                if round == 11 {
                    server.stop()
                    try await server.start()
                }
                try zones.start("relay")
            default: break
            }
        }
        // Every ticket and reply once, each with its end.
        let record = try await Self.rows(
            server,
            "SELECT producer, state, count(*), count(DISTINCT item_id) FROM sluice_quarantine.item_state WHERE kind IN ('ticket.opened', 'case.event') GROUP BY 1, 2 ORDER BY 1"
        )
        #expect(record.first == "external taken 160 160", "\(record)")
        #expect(record.count == 2 && record.last?.hasPrefix("internal taken") == true, "\(record)")
        // The relay did die there: what it had not committed came again, and was judged again.
        let again = try await Self.rows(
            server,
            "SELECT count(*) > 0 FROM (SELECT FROM sluice_quarantine.verdict WHERE NOT is_late GROUP BY producer, epoch, first HAVING count(*) > 1) AS twice"
        )
        #expect(again == ["t"])
        let checked = try await gateway.sluice(["store", "check", "--zone", "relay"])
        #expect(checked.status == 0 && checked.output.contains("all is well"), "\(checked)")

        // And without the server it says so.
        server.stop()
        let away = try await gateway.sluice(["store", "check", "--zone", "relay"])
        #expect(away.status == 1 && away.output.contains("record.away"), "\(away)")
    }

    @Test func aDecisionOnAStoppedRelayIsRecordedToo() async throws {
        let server = try await PostgresServer()
        let gateway = try await Self.gateway(on: server, release: "review")
        try await gateway.start()
        #expect(try await gateway.push(Gateway.records(1..<2)).status == 200)
        try await eventually {
            let states = try? await Self.rows(
                server, "SELECT state FROM sluice_quarantine.item_state WHERE kind = 'ticket.opened'")
            return states == ["held"]
        }
        gateway.kill()
        let released = try await gateway.sluice(["quarantine", "release", "1", "--by", "李工"])
        #expect(released.status == 0, "\(released)")
        #expect(
            try await Self.rows(
                server, "SELECT state, by FROM sluice_quarantine.item_state WHERE kind = 'ticket.opened'") == [
                    "released 李工"
                ])
        server.stop()
        let refused = try await gateway.sluice(["quarantine", "reject", "1", "--by", "李工", "--reason", "x"])
        #expect(refused.status != 0 && refused.errors.contains("postgres.refused"), "\(refused)")
    }

    private static func rows(_ server: PostgresServer, _ sql: String) async throws -> [String] {
        let connection = try await PostgresConnection.open(
            PostgresSettings(host: server.socketFolder, port: server.port, database: "postgres", user: "sluice_auditor")
        )
        let rows = try await connection.run { session in
            let result = try session.query(sql)
            return (0..<result.count).map { row in
                result.columns.indices.map { result.text(row, $0) ?? "–" }.joined(separator: " ")
            }
        }
        await connection.close()
        return rows
    }

    private static func gateway(on server: PostgresServer, release: String = "automatic") async throws -> Gateway {
        let gateway = try await Gateway(release: release)
        let path = gateway.folder("config/relay.yaml")
        let socket = server.socketFolder.replacing("/", with: "%2F")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try (text + "\nquarantine: { url: \"postgres://\(socket):\(server.port)/postgres\" }\n")
            .write(toFile: path, atomically: true, encoding: .utf8)
        let installed = try await gateway.sluice(["boundary", "install"])
        #expect(installed.status == 0 && installed.output.contains("sluice_quarantine"), "\(installed)")
        return gateway
    }
}
