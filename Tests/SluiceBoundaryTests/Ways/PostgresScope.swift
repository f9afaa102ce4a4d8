import SluiceTesting
import Synchronization
import Testing

/// One server for the suites that ask for it, each test in a database of its own; it ends with the last of them.
struct PostgresScope: SuiteTrait, TestScoping {
    private struct State {
        var server: Task<PostgresServer, any Error>?
        var suites = 0
    }

    private static let state = Mutex(State())

    static var shared: PostgresServer {
        get async throws {
            let server = state.withLock { $0.server }
            return try await #require(server, "the suite has no .postgresServer").value
        }
    }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        Self.state.withLock { state in
            state.suites += 1
            if state.server == nil { state.server = Task { try await Self.start() } }
        }
        let outcome: Result<Void, any Error>
        do { outcome = .success(try await function()) } catch { outcome = .failure(error) }
        let last = Self.state.withLock { state in
            state.suites -= 1
            guard state.suites == 0 else { return Task<PostgresServer, any Error>?.none }
            defer { state.server = nil }
            return state.server
        }
        if let last { try? await last.value.stop() }
        try outcome.get()
    }

    /// Roles are the server's and not a database's: made once, so that two tests do not make them at the same time.
    private static func start() async throws -> PostgresServer {
        let server = try await PostgresServer(options: ["max_connections=200"])
        for role in ["owner", "external", "external_2", "relay", "internal", "auditor"] {
            try await server.sql("CREATE ROLE sluice_\(role) \(role == "owner" ? "NOLOGIN" : "LOGIN") NOINHERIT")
        }
        return server
    }
}

extension Trait where Self == PostgresScope {
    static var postgresServer: PostgresScope { PostgresScope() }
}
