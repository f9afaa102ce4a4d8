import PostgresKit
@testable import SluiceBoundary
import SluiceTesting
import Testing

/// Every cell of the matrix in docs/reference/boundary-roles.md, tried on a real server.
@Suite(.postgresServer) struct PrivilegeTests {
    private static let layout = DatabaseLayout(
        producers: [DatabaseLayout.Producer("external"), DatabaseLayout.Producer("external-2")])

    @Test func everyRoleMayDoWhatItsCellSaysAndNothingElse() async throws {
        let host = try await PostgresHost(PostgresScope.shared, layout: Self.layout)
        try await host.server.sql("CREATE ROLE stranger LOGIN")
        let day = try await host.admin {
            try $0.query("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')").text(0, 0)
        }
        var (tried, allowed) = (0, 0)
        for role in Self.layout.roles.map({ (name: $0.name, zone: $0.zone) }) + [(name: "stranger", zone: "stranger")] {
            var connection = try? await PostgresConnection.open(host.place(role.name).settings)
            let mayConnect = connection != nil
            if connection == nil {
                // Let in, so that what lies behind is tried too.
                try await host.server.sql("GRANT CONNECT ON DATABASE \(host.database) TO \(role.name)")
                connection = try await PostgresConnection.open(host.place(role.name).settings)
            }
            let open = try #require(connection)
            for object in Self.layout.objects {
                for verb in object.verbs {
                    let may = Self.layout.isAllowed(verb, on: object, to: role.zone)
                    var can = mayConnect
                    if verb != .connect { can = try await isDone(attempt(verb, object, try #require(day)), over: open) }
                    #expect(can == may, "\(role.name): \(verb.rawValue) on \(object.name)")
                    tried += 1
                    allowed += can ? 1 : 0
                }
            }
            await open.close()
        }
        #expect(tried == Self.layout.cells)
        print("privileges: \(tried) cells tried, \(allowed) allowed, \(tried - allowed) refused")
    }

    /// A statement that does it; undone afterwards.
    private func attempt(_ verb: DatabaseObject.Verb, _ object: DatabaseObject, _ day: String) -> String {
        let (schema, name) = (Self.layout.schema, object.name)
        let values = "VALUES (9, 9, 0, 'x')"
        switch (object.kind, verb) {
        case (.database, .create): return "CREATE SCHEMA attempt"
        case (.database, _): return "CREATE TEMPORARY TABLE attempt (i int)"
        case (.schema, .usage): return "SELECT '\(schema).version'::regclass"
        case (.schema, _): return "CREATE TABLE \(schema).attempt (i int)"
        case (.lines, .insert): return "INSERT INTO \(name) (epoch, batch, line, content) \(values)"
        case (.manifests, .insert):
            return "INSERT INTO \(name) (epoch, batch, ack_epoch, ack_batch, content) VALUES (9, 9, 0, 0, 'x')"
        case (.days(let stream), _):
            return onTable(verb, "\(schema).\(stream.name.replacing("-", with: "_"))_line_\(day)")
        case (.claim, _), (.prepareDays, _): return "SELECT \(name)"
        case (.dropDays, _): return "SELECT \(schema).drop_days(1000)"
        case (.locks, _): return "SELECT pg_advisory_lock(1)"
        case (.largeObjects, _): return "SELECT lo_create(0)"
        default: return onTable(verb, name)
        }
    }

    private func onTable(_ verb: DatabaseObject.Verb, _ table: String) -> String {
        let column =
            table.hasSuffix(".version")
            ? "at" : [".stream", ".acknowledged"].contains(where: table.hasSuffix) ? "stem" : "day"
        switch verb {
        case .select: return "SELECT count(*) FROM \(table)"
        case .insert: return "INSERT INTO \(table) DEFAULT VALUES"
        case .update: return "UPDATE \(table) SET \(column) = \(column)"
        case .delete: return "DELETE FROM \(table)"
        default: return "TRUNCATE \(table)"
        }
    }

    /// - Returns: false when the server refused it for want of a privilege.
    private func isDone(_ statement: String, over connection: PostgresConnection) async throws -> Bool {
        do {
            try await connection.run { try $0.script("BEGIN; \(statement); ROLLBACK") }
            return true
        } catch let error as PostgresError where error.code == "postgres.denied" {
            return false
        }
    }

    /// The server says what day it is and which transaction this is, not the writer.
    @Test func aWriterFillsInNeitherDayNorTransaction() async throws {
        let host = try await PostgresHost(PostgresScope.shared, layout: Self.layout)
        let connection = try await PostgresConnection.open(host.place("sluice_external").settings)
        let tables = host.tables
        for statement in [
            "INSERT INTO \(tables.lines) (day, epoch, batch, line, content) VALUES (now(), 9, 9, 0, 'x')",
            "INSERT INTO \(tables.manifests) (epoch, batch, ack_epoch, ack_batch, content, xid) VALUES (9, 9, 0, 0, 'x', '3')",
        ] {
            #expect(try await !isDone(statement, over: connection), "\(statement)")
        }
        await connection.close()
    }

    @Test func installingAgainChangesNothingAndANewerDatabaseIsLeftAlone() async throws {
        let host = try await PostgresHost(PostgresScope.shared, layout: Self.layout)
        let border = try Border(host.ends)
        try await border.send("a")
        let state = { @Sendable (session: PostgresSession) in
            try session.query(
                """
                SELECT string_agg(c.oid || ' ' || relname || ' ' || coalesce(relacl, acldefault('r', relowner))::text, ', '
                    ORDER BY c.oid)
                FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
                WHERE nspname = 'sluice' AND relkind IN ('r', 'p')
                """
            ).text(0, 0)
        }
        let before = try await host.admin(state)
        try await BoundaryInstaller.install(Self.layout, in: host.place("postgres"))
        #expect(try await host.admin(state) == before)
        #expect(try await border.take().tookOne)

        try await host.admin { try $0.script("INSERT INTO sluice.version (number) VALUES (1000)") }
        await #expect(throws: PostgresError.self) {
            try await BoundaryInstaller.install(Self.layout, in: host.place("postgres"))
        }
    }

    @Test func whoShowsACertificateOfTheAuthorityIsWhoItSays() async throws {
        let (ours, theirs) = (try TestCertificates(), try TestCertificates(name: "Another authority"))
        let server = try await PostgresServer(
            tls: PostgresServer.TLS(try ours.server(), authority: ours.authority),
            access: ["hostssl all all 127.0.0.1/32 cert clientcert=verify-full"])
        let host = try await PostgresHost(server)
        func place(_ role: String, _ pair: TestCertificates.Pair?, trusting authority: String) -> BoundaryDatabase {
            var place = host.place(role)
            place.settings = PostgresSettings(
                host: "127.0.0.1", port: server.port, database: host.database, user: role)
            place.settings.tls = PostgresSettings.TLS(
                .verifyFull, authority: authority, certificate: pair?.certificate, key: pair?.key)
            return place
        }
        let (external, relay) = (try ours.client("/CN=sluice_external"), try ours.client("/CN=sluice_relay"))
        let border = try Border(
            Ends(
                near: place("sluice_external", external, trusting: ours.authority),
                far: place("sluice_relay", relay, trusting: ours.authority)))
        try await border.send("a")
        #expect(try await border.take().tookOne)

        // Another's role, another's authority on either side, no certificate at all.
        let wrong = [
            place("sluice_relay", external, trusting: ours.authority),
            place("sluice_external", try theirs.client("/CN=sluice_external"), trusting: ours.authority),
            place("sluice_external", external, trusting: theirs.authority),
            place("sluice_external", nil, trusting: ours.authority),
        ]
        for place in wrong {
            await #expect(throws: PostgresError.self) { try await PostgresConnection.open(place.settings) }
        }
    }
}
