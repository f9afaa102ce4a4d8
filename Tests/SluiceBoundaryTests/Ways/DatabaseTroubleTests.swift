import Glibc
import PostgresKit
@testable import SluiceBoundary
import SluiceSDK
import SluiceTesting
import Testing

/// What may happen to a database server while batches travel through it.
@Suite struct DatabaseTroubleTests {
    private func traffic(
        _ host: PostgresHost, _ disturb: (Border, Outlet) async throws -> Void
    ) async throws {
        let border = try Border(host.ends)
        let (outlet, inlet) = (border.outlet(options: .fast), border.inlet(options: .fast))
        let writing = Task { try await outlet.run() }
        let reading = Task { try await inlet.run(consume: Border.note) }
        try border.queue("before")
        await eventually { try border.taken == ["before"] }
        try await disturb(border, outlet)
        try border.queue("after")
        await eventually { try border.taken.last == "after" }
        writing.cancel()
        reading.cancel()
        try await writing.value
        try await reading.value
        #expect(try border.taken == ["before", "meanwhile", "after"])
        #expect(try await inlet.stop() == nil)
    }

    @Test func aServerThatIsKilledAndStartedAgainLosesNothing() async throws {
        let server = try await PostgresServer()
        try await traffic(try await PostgresHost(server)) { border, outlet in
            server.stop()
            try border.queue("meanwhile")
            await eventually { outlet.currentProblem != nil }
            try await server.start()
            await eventually { try border.taken.contains("meanwhile") }
        }
    }

    /// Everything of it stands still, and every connection with it: nothing is refused and nothing answered.
    @Test func aServerThatFallsSilentIsGivenUpAndItsWorkIsNotDoneTwice() async throws {
        let server = try await PostgresServer()
        let host = try await PostgresHost(server)
        try await traffic(host) { border, outlet in
            let file = server.server.place.folder + "/data/postmaster.pid"
            let words = String(decoding: try readFile(file), as: UTF8.self).split(separator: "\n")
            let main = try #require(words.first.flatMap { Int32($0) })
            let processes = try await host.admin { session in
                let rows = try session.query("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
                return (0..<rows.count).compactMap { rows.integer($0, 0).map(Int32.init) }
            }
            for process in [main] + processes { kill(process, SIGSTOP) }
            defer { for process in [main] + processes { kill(process, SIGCONT) } }
            try border.queue("meanwhile")
            await eventually { outlet.currentProblem != nil }
        }
    }

    @Test func whatIsNotInstalledIsSaid() async throws {
        let server = try await PostgresServer()
        try await server.sql("CREATE ROLE sluice_external LOGIN")
        let settings = PostgresSettings(
            host: server.socketFolder, port: server.port, database: "postgres", user: "sluice_external")
        let border = try Border(Ends(near: BoundaryDatabase(settings), far: BoundaryDatabase(settings)))
        try border.queue("a")
        await #expect { _ = try await border.outlet().step(mayAck: false) } throws: {
            ($0 as? BoundaryError)?.code == "boundary.not-installed"
        }
    }

    @Test func aServerThatDoesNotSyncIsRefused() async throws {
        let server = try await PostgresServer(options: ["fsync=off"])
        let border = try Border(try await PostgresHost(server).ends)
        try border.queue("a")
        await #expect { _ = try await border.outlet().step(mayAck: false) } throws: {
            ($0 as? BoundaryError)?.code == "boundary.database-unsafe"
        }
    }
}
