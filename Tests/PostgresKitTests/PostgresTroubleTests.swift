import Glibc
import PostgresKit
import SluiceTesting
import Testing

/// What goes wrong between us and a server, and how it is said.
@Suite struct PostgresTroubleTests {
    private func failure(_ settings: PostgresSettings) async -> PostgresError? {
        do {
            await (try PostgresConnection.open(settings)).close()
            return nil
        } catch {
            return error as? PostgresError
        }
    }

    @Test func refusalsAreToldApartAndHoldNoPassword() async throws {
        let server = try await PostgresServer()
        let wrong = await failure(try PostgresSettings(url: server.url(password: "hunter2-wrong")))
        #expect(wrong?.code == "postgres.login" && wrong?.sqlstate == "28P01")
        #expect(wrong?.reason.contains("hunter2") == false)
        let missing = await failure(try PostgresSettings(url: server.url(database: "nothing")))
        #expect(missing?.code == "postgres.no-database" && missing?.sqlstate == "3D000")
        #expect(missing?.reason.contains("LOCATION") == false)
        let nobody = await failure(
            PostgresSettings(host: "127.0.0.1", port: FreePort.next(), database: "a", user: "b", password: "hunter2"))
        #expect(nobody?.code == "postgres.refused" && nobody?.isTransient == true)
        #expect(nobody?.reason.contains("hunter2") == false)
    }

    @Test func aServerThatSaysNothingIsGivenUp() async throws {
        let silent = try StubServer { _ in
            var answer = StubServer.Answer(200, "")
            answer.hangs = true
            return answer
        }
        var settings = PostgresSettings(host: "127.0.0.1", port: silent.port, database: "a", user: "b")
        settings.connectTimeout = .milliseconds(100)
        let error = await failure(settings)
        #expect(error?.isTransient == true)
    }

    /// Its machine answers for it: connections are taken, and nothing ever comes over them.
    @Test func aServerThatStandsStillHoldsUpNobodyWhoCancels() async throws {
        let server = try await PostgresServer()
        var settings = try PostgresSettings(url: server.url)
        settings.patience = .milliseconds(300)
        let connection = try await PostgresConnection.open(settings)
        let own = try await connection.run { try $0.query("SELECT pg_backend_pid()").integer(0, 0) }
        let backend = pid_t(try #require(own))
        let status = String(decoding: try readFile("/proc/\(backend)/stat"), as: UTF8.self)
        let parent = try #require(status.split(separator: ")").last?.split(separator: " ").dropFirst().first)
        let family = [backend, try #require(pid_t(parent))]
        for process in family { kill(process, SIGSTOP) }
        defer { for process in family { kill(process, SIGCONT) } }
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await connection.run { session in
                begin.finish()
                _ = try session.query("SELECT 1")
            }
        }
        for await _ in begun {}
        task.cancel()
        await #expect(throws: (any Error).self) { try await task.value }
        await connection.close()
        #expect(!connection.isOpen)
    }

    @Test func privilegesAreSaid() async throws {
        let server = try await PostgresServer()
        try await server.sql("CREATE ROLE reader LOGIN PASSWORD 'r'; CREATE TABLE t (id int)")
        let connection = try await PostgresConnection.open(
            PostgresSettings(url: server.url(user: "reader", password: "r")))
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { _ = try $0.query("SELECT * FROM t") }
        }
        #expect(error?.code == "postgres.denied" && error?.reason == "permission denied for table t")
    }

    @Test func aKilledServerBreaksTheConnectionAndANewOneComesAfterItsRecovery() async throws {
        let server = try await PostgresServer()
        let settings = try PostgresSettings(url: server.url)
        let connection = try await PostgresConnection.open(settings)
        try await connection.run { try $0.script("CREATE TABLE t AS SELECT 1 AS id") }
        server.stop()
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { _ = try $0.query("SELECT 1") }
        }
        #expect(error?.isConnectionLost == true && error?.isTransient == true)
        await #expect(throws: PostgresError.self) { try await connection.run { _ in } }
        #expect(!connection.isOpen)
        #expect(await failure(settings)?.code == "postgres.refused")
        try await server.start()
        let again = try await PostgresConnection.open(settings)
        #expect(try await again.run { try $0.query("SELECT id FROM t").integer(0, 0) } == 1)
    }

    @Test func anEndedBackendIsAConnectionLost() async throws {
        let server = try await PostgresServer()
        let connection = try await PostgresConnection.open(PostgresSettings(url: server.url))
        let error = await #expect(throws: PostgresError.self) {
            try await connection.run { _ = try $0.query("SELECT pg_terminate_backend(pg_backend_pid())") }
        }
        #expect(error?.code == "postgres.broken" && error?.isConnectionLost == true)
        #expect(!connection.isOpen)
    }

    @Test func closingEndsWhatRunsAndRefusesWhatWaits() async throws {
        let server = try await PostgresServer()
        let connection = try await PostgresConnection.open(PostgresSettings(url: server.url))
        let running = Task { try await connection.run { try $0.query("SELECT pg_sleep(3600)") } }
        while try await PostgresConnection.open(PostgresSettings(url: server.url)).run({
            try $0.query("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(3600)'").integer(0, 0)
        }) != 1 {}
        let waiting = Task { try await connection.run { try $0.query("SELECT 1") } }
        await connection.close()
        await #expect(throws: (any Error).self) { try await running.value }
        await #expect(throws: (any Error).self) { try await waiting.value }
        await connection.close()
    }

    @Test func certificatesAreCheckedOnBothSides() async throws {
        let authority = try TestCertificates()
        let server = try await PostgresServer(
            tls: .init(try authority.server(), authority: authority.authority),
            access: ["hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca"])
        let client = try authority.client()
        var settings = try PostgresSettings(url: server.url)
        settings.tls = .init(
            .verifyFull, authority: authority.authority, certificate: client.certificate, key: client.key)
        let connection = try await PostgresConnection.open(settings)
        #expect(try await connection.run { $0.isEncrypted })
        // A caller without one, a server of another authority, and no TLS at all.
        settings.tls = .init(.verifyFull, authority: authority.authority)
        #expect(await failure(settings)?.code == "postgres.login")
        settings.tls = .init(.verifyFull, authority: try TestCertificates(name: "Other").authority)
        #expect(await failure(settings)?.code == "postgres.tls")
        settings.tls = .init(.disable)
        #expect(await failure(settings)?.code == "postgres.login")
    }

    @Test func aURLThatIsNoneIsRefusedWithoutQuotingIt() {
        for url in ["http://a", "postgres://user:hunter2@[::1/x", "postgres://h/x?nothing=hunter2"] {
            do throws(PostgresError) {
                _ = try PostgresSettings(url: url)
                Issue.record("\(url) was taken")
            } catch {
                #expect(error.code == "postgres.url" && !error.reason.contains("hunter2"))
            }
        }
    }

    @Test func printingSettingsShowsNoPassword() throws {
        let settings = try PostgresSettings(url: "postgres://sluice:hunter2@db.example:6432/front?sslmode=require")
        #expect("\(settings)" == "sluice@db.example:6432/front")
        #expect(settings.password == "hunter2" && settings.parameters["sslmode"] == "require")
    }
}
