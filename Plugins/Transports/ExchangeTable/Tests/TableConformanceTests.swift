import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

@Suite struct TableConformanceTests {
    @Test(arguments: ConformanceCase.allCases, FrontTable.Store.allCases)
    func rowsByStateConform(_ scenario: ConformanceCase, store: FrontTable.Store) async throws {
        try await TransportConformance.run(scenario) { StateBench(try await FrontTable(store)) }
    }

    @Test(arguments: ConformanceCase.allCases, FrontTable.Store.allCases)
    func rowsByCursorConform(_ scenario: ConformanceCase, store: FrontTable.Store) async throws {
        try await TransportConformance.run(scenario) { CursorBench(try await FrontTable(store)) }
    }
}

class TableBench: @unchecked Sendable {
    // Unchecked: immutable but for the counter, which has a lock.
    static let overLimit = OverLimit.refused("exchange-table.row-size")

    let table: FrontTable
    private let count = Mutex(0)
    private let broken = Mutex(0)

    init(_ table: FrontTable) { self.table = table }

    func put(_ text: String) async throws {
        let number = count.withLock { count in
            count += 1
            return count
        }
        try await table.run("INSERT INTO request (id, body) VALUES (\(number), '\(text)')")
    }

    func cut() async throws {
        if let server = table.server { server.stop() } else { try move(table.file, to: table.file + ".away") }
    }

    func restore() async throws {
        if let server = table.server {
            if !server.server.isRunning { try await server.start() }
        } else if !names(in: table.folder.path).contains("front.db") {
            try move(table.file + ".away", to: table.file)
        }
    }

    /// The backend dies in the middle of whatever it is doing.
    func breakOff() async throws {
        try await cut()
        broken.withLock { $0 += 1 }
    }

    func breaks() -> Int { broken.withLock { $0 } }

    func openConnections() async throws -> Int? {
        guard table.store == .postgres else { return nil }
        return try await table.texts(
            """
            SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
            """
        ).first.flatMap { Int($0) }
    }
}

final class StateBench: TableBench, TransportBench, @unchecked Sendable {
    func transport(_ context: ChannelContext) async throws -> any Transport {
        try table.transport(FrontTable.byState, batch: 1, checkpoint: context.checkpoint, limits: context.limits)
    }
}

final class CursorBench: TableBench, TransportBench, @unchecked Sendable {
    static let repeats = true
    static let exempt: [ConformanceCase: String] = [:]

    func transport(_ context: ChannelContext) async throws -> any Transport {
        try table.transport(FrontTable.byCursor, batch: 1, checkpoint: context.checkpoint, limits: context.limits)
    }
}
