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
        try await tryEveryCell(of: Self.layout, on: host, others: ["stranger"])
    }

    /// Beside the boundary's tables in one database, where the roles of the zones at both ends may connect.
    @Test func theQuarantinesRecordIsTheRelaysToAppendToAndTheAuditorsToRead() async throws {
        let host = try await PostgresHost(PostgresScope.shared, layout: Self.layout)
        let record = RecordLayout()
        for _ in 0..<2 { try await BoundaryInstaller.install(record, in: host.place("postgres")) }
        try await tryEveryCell(
            of: record, on: host, others: ["stranger_2", "sluice_external", "sluice_internal"],
            mayConnect: ["sluice_external", "sluice_internal"])
        // What is the server's to say.
        let connection = try await PostgresConnection.open(host.place("sluice_relay").settings)
        for column in ["day", "sequence"] {
            let statement = "INSERT INTO sluice_quarantine.verdict (\(column)) VALUES (DEFAULT)"
            #expect(try await !isDone(statement, over: connection), "\(column)")
        }
        await connection.close()
    }

    /// - Parameters:
    ///   - others: roles that the matrix does not name.
    ///   - mayConnect: of those, who may connect for another reason.
    private func tryEveryCell(
        of plan: some DatabasePlan, on host: PostgresHost, others: [String], mayConnect guests: Set<String> = []
    ) async throws {
        for role in others where !role.hasPrefix("sluice_") { try await host.server.sql("CREATE ROLE \(role) LOGIN") }
        let day = try await host.admin {
            try $0.query("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')").text(0, 0)
        }
        var (tried, allowed) = (0, 0)
        for role in plan.roles.map({ (name: $0.name, zone: $0.zone) }) + others.map({ (name: $0, zone: "") }) {
            var connection = try? await PostgresConnection.open(host.place(role.name).settings)
            let mayConnect = connection != nil
            if connection == nil {
                // Let in, so that what lies behind is tried too.
                try await host.server.sql("GRANT CONNECT ON DATABASE \(host.database) TO \(role.name)")
                connection = try await PostgresConnection.open(host.place(role.name).settings)
            }
            let open = try #require(connection)
            for object in plan.objects {
                for verb in object.verbs {
                    let isGuest = verb == .connect && guests.contains(role.name)
                    let may = isGuest || plan.isAllowed(verb, on: object, to: role.zone)
                    var can = mayConnect
                    if verb != .connect {
                        can = try await isDone(attempt(verb, object, plan.schema, try #require(day)), over: open)
                    }
                    #expect(can == may, "\(role.name): \(verb.rawValue) on \(object.name)")
                    tried += 1
                    allowed += can ? 1 : 0
                }
            }
            await open.close()
        }
        #expect(tried == plan.cells / (plan.roles.count + 1) * (plan.roles.count + others.count))
        print("privileges of \(plan.schema): \(tried) cells tried, \(allowed) allowed, \(tried - allowed) refused")
    }

    /// A statement that does it; undone afterwards.
    private func attempt(
        _ verb: DatabaseObject.Verb, _ object: DatabaseObject, _ schema: String, _ day: String
    ) -> String {
        let name = object.name
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
        case (.table(let table), .insert): return insert(into: name, table)
        case (.tableDays(let table), .insert): return insert(into: "\(schema).\(table)_\(day)", table)
        case (.tableDays(let table), _): return onTable(verb, "\(schema).\(table)_\(day)")
        case (.sequence, .usage): return "SELECT nextval('\(name)')"
        case (.sequence, .update): return "SELECT setval('\(name)', 5)"
        case (.sequence, _): return "SELECT last_value FROM \(name)"
        case (.routine, _) where name.contains("erase"):
            return "SELECT \(schema).erase_lines('{a}', '{1}', '{1}', '{b}', 1)"
        case (.claim, _), (.prepareDays, _), (.routine, _): return "SELECT \(name)"
        case (.dropDays, _): return "SELECT \(schema).drop_days(1000)"
        case (.locks, _): return "SELECT pg_advisory_lock(1)"
        case (.largeObjects, _): return "SELECT lo_create(0)"
        default: return onTable(verb, name)
        }
    }

    private func insert(into name: String, _ table: String) -> String {
        switch table {
        case "batch":
            "INSERT INTO \(name) (stream, epoch, batch, received_at, manifest, signature, digests) VALUES ('s', 9, 9, now(), '', '', '')"
        case "item":
            """
            INSERT INTO \(name) (stream, batch_epoch, batch, line_index, producer, epoch, number, item_id, attempt, channel_id,
                kind, created_at, awaits_receipt, line) VALUES ('s', 9, 9, 1, 'p', 9, 9, 'i', 1, 'c', 'k', now(), true, '')
            """
        case "verdict":
            """
            INSERT INTO \(name) (producer, epoch, first, last, decision, code, reason, at, by, is_late)
            VALUES ('p', 9, 9, 9, 'held', 'c', 'r', now(), 'b', false)
            """
        case "receipt":
            """
            INSERT INTO \(name) (stream, batch_epoch, batch, line_index, producer, epoch, first, last, at, line)
            VALUES ('s', 9, 9, 1, 'p', 9, 9, 9, now(), '')
            """
        default: "INSERT INTO \(name) DEFAULT VALUES"
        }
    }

    private func onTable(_ verb: DatabaseObject.Verb, _ table: String) -> String {
        let columns = [
            ".version": "at", ".stream": "stem", ".acknowledged": "stem", ".identity": "id", ".erasure": "at",
        ]
        let column = columns.first { table.hasSuffix($0.key) }?.value ?? "day"
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
