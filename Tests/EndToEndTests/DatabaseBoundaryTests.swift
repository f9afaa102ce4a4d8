import Foundation
import SluiceTesting
import Testing

/// The built program with a boundary in PostgreSQL.
@Suite(.serialized) struct DatabaseBoundaryTests {
    /// Three processes, each killed several times, and the database's server too.
    @Test func threeProcessesAndTheServerAreKilledAndNothingIsLostOrDoubled() async throws {
        let server = try await PostgresServer()
        let gateway = try await Self.gateway(on: server)
        let zones = ZonesApart(gateway)
        try await zones.startAll()
        try await Storm(total: 160, gateway: gateway).run { round in
            guard round % 2 == 1 else { return }
            if round == 9 {
                server.stop()
                try await server.start()
                return
            }
            let zone = ZonesApart.names[(round / 2) % 3]
            zones.kill(zone)
            try zones.start(zone)
        }
        // What crossed stands in the database, and nowhere in a folder.
        #expect(!FileManager.default.fileExists(atPath: gateway.folder("data/boundary")))
    }

    @Test func installPrintsItsSQLAndIsSafeToRepeat() async throws {
        let server = try await PostgresServer()
        let gateway = try await Gateway()
        let nothing = try await gateway.sluice(["boundary", "install", "--dry-run"])
        #expect(nothing.status == 1 && nothing.errors.contains("no zone file"), "\(nothing)")
        try Self.configure(gateway, server)
        let printed = try await gateway.sluice(["boundary", "install", "--dry-run"])
        #expect(printed.status == 0, "\(printed)")
        for part in ["CREATE ROLE sluice_external LOGIN", "CREATE TABLE IF NOT EXISTS sluice.external_relay_line"] {
            #expect(printed.output.contains(part))
        }
        // By psql as well as by the command: it is one and the same.
        try await server.sql(printed.output)
        let again = try await gateway.sluice(["boundary", "install"])
        #expect(again.status == 0 && again.output.contains("version 1"), "\(again)")
        #expect(try await gateway.sluice(["check"]).status == 0)
    }

    static func gateway(on server: PostgresServer) async throws -> Gateway {
        let gateway = try await Gateway()
        try configure(gateway, server)
        let installed = try await gateway.sluice(["boundary", "install"])
        #expect(installed.status == 0, "\(installed)")
        return gateway
    }

    /// Puts the database in the place of the folders.
    private static func configure(_ gateway: Gateway, _ server: PostgresServer) throws {
        let socket = server.socketFolder.replacing("/", with: "%2F")
        let database = "{ type: postgres, url: \"postgres://\(socket):\(server.port)/postgres\" }"
        for zone in ZonesApart.names {
            let path = gateway.folder("config/\(zone).yaml")
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let lines = text.split(separator: "\n").map { line in
                line.contains("type: segments") ? line.prefix { $0 != "{" } + database : String(line)
            }
            try lines.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        }
    }
}
