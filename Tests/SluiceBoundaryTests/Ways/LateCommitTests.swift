import GRDB
import PostgresKit
@testable import SluiceBoundary
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

/// Commits become visible in another order than their rows were written in.
@Suite(.postgresServer) struct LateCommitTests {
    /// A transaction that has written a batch and does not end before it is told to.
    private final class LateWriter: Sendable {
        private let ending = Mutex<String?>(nil)
        private let hasWritten = Signal()
        private let task: Mutex<Task<Void, any Error>?> = Mutex(nil)

        init(_ host: PostgresHost, _ bytes: [UInt8], as batch: Int) async throws {
            let tables = host.tables
            let connection = try await PostgresConnection.open(host.place(host.layout.producers[0].role).settings)
            var lines = bytes.split(separator: 0x0A).map { Array($0) }
            let last = lines.removeLast()
            let values: [PostgresValue] = [
                1, .integer(Int64(batch)), .manyBytes(lines), 0, 0, .bytes(last), .text(tables.channel),
            ]
            let (ending, hasWritten) = ({ @Sendable [self] in self.ending.withLock { $0 } }, hasWritten)
            let running = Task {
                try await connection.run { session in
                    try session.script("BEGIN")
                    try session.query(tables.insert, values)
                    hasWritten.set()
                    while ending() == nil { try session.query("SELECT pg_sleep(0.005)") }
                    try session.script(ending() ?? "ROLLBACK")
                }
                await connection.close()
            }
            task.withLock { $0 = running }
            await hasWritten.wait(upTo: .seconds(60))
        }

        func end(_ statement: String) async throws {
            ending.withLock { $0 = statement }
            try await task.withLock { $0 }?.value
        }
    }

    /// What not to do: asks for whatever comes behind the last batch that it has seen.
    private func readNaively(after last: inout Int, _ host: PostgresHost) async throws -> Int? {
        let (tables, behind) = (host.tables, last)
        let found = try await host.admin { session in
            try session.query(
                "SELECT batch FROM \(tables.manifests) WHERE batch > $1::bigint ORDER BY batch LIMIT 1",
                [.integer(Int64(behind))])
        }
        guard found.count == 1, let batch = found.integer(0, 0) else { return nil }
        last = Int(batch)
        return last
    }

    private func twoBatches(_ host: PostgresHost) async throws -> (Border, [UInt8], [UInt8]) {
        let border = try Border(host.ends)
        let outlet = border.outlet()
        for name in ["a", "b"] {
            try border.queue(name)
            _ = try await outlet.step(mayAck: false)
        }
        return (border, try await host.take(1), try await host.take(2))
    }

    @Test func aBatchThatIsCommittedLateIsTakenAndANaiveReaderMissesIt() async throws {
        let host = try await PostgresHost(PostgresScope.shared)
        let (border, first, second) = try await twoBatches(host)
        let late = try await LateWriter(host, first, as: 1)
        try await host.put(second, as: 2)

        var last = 0
        #expect(try await readNaively(after: &last, host) == 2)
        #expect(try await border.take().isNothing)
        // The gap is none: whoever is still at work may close it.
        let source = DatabaseSource(stream: border.stream, database: host.place("sluice_relay"))
        let start = BatchPosition(epoch: 1, batch: 0)
        #expect(try await source.later(than: start).isEmpty)

        try await late.end("COMMIT")
        #expect(try await readNaively(after: &last, host) == nil, "the naive reader has missed batch 1 for ever")
        let inlet = border.inlet()
        while try await border.take(inlet).tookOne {}
        #expect(try border.taken == ["a", "b"])
        #expect(try await inlet.stop() == nil)
        // As soon as nobody else's transaction is older.
        await eventually { try await source.later(than: start).map(\.batch) == [1, 2] }
    }

    @Test func aBatchWhoseTransactionIsUndoneIsMissingForGood() async throws {
        let host = try await PostgresHost(PostgresScope.shared)
        let (border, first, second) = try await twoBatches(host)
        let late = try await LateWriter(host, first, as: 1)
        try await host.put(second, as: 2)
        let inlet = border.inlet(options: .fast)
        let running = Task { try await inlet.run(consume: Border.note) }
        let source = DatabaseSource(stream: border.stream, database: host.place("sluice_relay"))
        for _ in 1...20 {
            #expect(try await source.obstacle(in: border.stream, after: border.start) == nil)
            #expect(try await inlet.stop() == nil)
        }
        try await late.end("ROLLBACK")
        await eventually { try await inlet.stop()?.code == "boundary.gap" }
        running.cancel()
        try await running.value
        #expect(try border.taken.isEmpty)
    }
}

extension Border {
    var start: InletState {
        InletState(position: BatchPosition(epoch: 1, batch: 0), head: zeros, itemHead: zeros, nextNumber: 1)
    }
}
