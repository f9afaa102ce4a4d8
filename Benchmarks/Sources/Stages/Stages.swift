import CSimdjson
import Foundation
import Logging
import NDJSONFormat
import SluiceBoundary
import SluiceConfig
import SluiceExternal
import SluiceSDK
import SluiceStore
import Synchronization

/// Every stage alone, one core at a time, beside what the machine itself needs for the same bytes.
struct Stages {
    let binary: String
    let folder: String
    let seed: UInt64
    let count: Int

    let batch = 500

    func run() async throws -> Table {
        var table = Table(
            title: "Each stage alone", columns: ["records/s", "its neighbour", "records/s"],
            notes: [
                "NDJSON in messages of 500; everything durable is synced. In this process and on one thread: parse, map, sign, "
                    + "verify, and the neighbours; the stages of zones run in the zone's own process, the other zones at rest.",
                "The neighbours do less: no limits, no digests, no idempotence, no ledger; they show what is left to gain.",
            ])
        let workload = Workload(count: count, seed: seed)
        let messages = stride(from: 0, to: count, by: batch).map {
            workload.message($0..<min($0 + batch, count), as: .ndjson)
        }
        try await inProcess(messages, &table)
        try zones(workload, &table)
        return table
    }

    // MARK: In this process

    private func inProcess(_ messages: [[UInt8]], _ table: inout Table) async throws {
        let format = try NDJSONFormat(Config(ConfigValue(.map([])), baseFolder: "."))
        let raw = messages.map { RawMessage(bytes: $0) }
        let parse = try rate {
            for message in raw { try format.decode(message, limits: ChannelLimits()) { Self.keep($0) } }
        }
        table.rows.append(("parse", [parse, "the same lines through simdjson", rate { bareParse(messages) }]))

        let file = try YAMLFile.parse(ChannelText.body(.ndjson), file: "bench.yaml")
        guard let ticket = file["ticket"]?.entries else { throw InstallationError("the channel has no ticket") }
        let processor = RecordProcessor(
            format: format, mapping: try Mapping(compiling: ticket, format: format, zone: .shanghai),
            limits: ChannelLimits())
        var bodies: [(id: String, body: [UInt8])] = []
        let map = rate {
            for message in raw {
                for record in processor.process(message) {
                    guard case .ticket(let mapped) = record else { continue }
                    bodies.append(("t\(bodies.count * 7_919 % 1_000_003)", mapped.ticket.json()))
                }
            }
        }
        let hashed = rate { for body in bodies { Self.keep(SHA256.hash(body.body)) } }
        table.rows.append(("parse, map, digest, write", [map, "SHA-256 of what comes out", hashed]))
        let sqlite = try SQLiteNeighbour(path: folder + "/neighbour.db")
        let journal = try rate {
            for start in stride(from: 0, to: bodies.count, by: batch) {
                try sqlite.write(Array(bodies[start..<min(start + batch, bodies.count)]))
            }
        }
        try await boundary(bodies, journal, &table)
    }

    private func bareParse(_ messages: [[UInt8]]) {
        for message in messages {
            message.withUnsafeBufferPointer { bytes in
                var start = 0
                for end in bytes.indices where bytes[end] == 0x0A || end == bytes.count - 1 {
                    let length = bytes[end] == 0x0A ? end - start : end - start + 1
                    sluice_json_free(sluice_json_parse(bytes.baseAddress! + start, length, 64).document)
                    start = end + 1
                }
            }
        }
    }

    /// Outbox, outlet and inlet between two stores, with nothing behind them.
    private func boundary(_ bodies: [(id: String, body: [UInt8])], _ journal: String, _ table: inout Table) async throws
    {
        let stream = BoundaryStream.externalToRelay
        let schema = StoreSchema(
            name: "bench", applicationID: 77,
            migrations: [
                StoreMigration("1", BoundarySchema.sql(writing: [stream])),
                StoreMigration("2", BoundarySchema.resending),
                StoreMigration("3", BoundarySchema.sealing + BoundarySchema.sharedKeys),
                StoreMigration("4", BoundarySchema.links),
            ])
        let (near, far) = (
            try Store(path: folder + "/near.db", schema: schema), try Store(path: folder + "/far.db", schema: schema)
        )
        let (key, segments) = (try SigningKey.generate(), folder + "/segments")
        let queue = try rate {
            for start in stride(from: 0, to: bodies.count, by: batch) {
                let items = bodies[start..<min(start + batch, bodies.count)].map { row in
                    (
                        item: Item(
                            id: row.id, channelID: "bench", kind: .ticketOpened,
                            createdAt: Timestamp(milliseconds: 1_767_225_600_000), body: row.body),
                        reference: nil as Int64?
                    )
                }
                try near.write { _ = try Outbox.append(items, to: stream, in: $0) }
            }
        }
        table.rows.append(("queue (outbox)", [queue, "the same rows through the sqlite3 C API, FULL", journal]))
        let logger = Logger(label: "bench")
        let outlet = Outlet(stream: stream, to: .folder(segments), store: near, key: key, logger: logger)
        let batches = (bodies.count + batch - 1) / batch
        let sign = try await rate(until: {
            (try? FileManager.default.contentsOfDirectory(atPath: segments).count) ?? 0 >= batches
        }) {
            try await outlet.run()
        }
        let bare = try rate { try bareSegments(bodies, key) }
        table.rows.append(
            ("sign (outbox → synced segments)", [sign, "SHA-256, Ed25519, write, sync of the same bytes", bare]))
        let taken = Counting()
        let inlet = Inlet(stream: stream, from: .folder(segments), store: far, key: key.verifyingKey, logger: logger)
        let verify = try await rate(until: { taken.count.load(ordering: .relaxed) >= bodies.count }) {
            try await inlet.run(
                consume: { _, _ in }, taken: { taken.count.add($0.items.count, ordering: .relaxed) })
        }
        table.rows.append(
            (
                "verify (segments → checked items)",
                [verify, "SHA-256 and Ed25519 of the same bytes", try rate { try bareCheck(bodies, key) }]
            ))
        try near.close()
        try far.close()
    }

    private final class Counting: Sendable { let count = Atomic<Int>(0) }

    private func bareSegments(_ bodies: [(id: String, body: [UInt8])], _ key: SigningKey) throws {
        let path = folder + "/bare.seg"
        for start in stride(from: 0, to: bodies.count, by: batch) {
            let lines = bodies[start..<min(start + batch, bodies.count)]
            let digests = lines.flatMap { SHA256.hash($0.body) }
            let bytes = lines.flatMap { $0.body } + (try key.sign(SHA256.hash(digests)))
            let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
            defer { close(descriptor) }
            guard write(descriptor, bytes, bytes.count) == bytes.count, fdatasync(descriptor) == 0 else {
                throw SocketError("write \(path)")
            }
        }
    }

    private func bareCheck(_ bodies: [(id: String, body: [UInt8])], _ key: SigningKey) throws {
        for start in stride(from: 0, to: bodies.count, by: batch) {
            let root = SHA256.hash(bodies[start..<min(start + batch, bodies.count)].flatMap { SHA256.hash($0.body) })
            guard key.verifyingKey.isValid(try key.sign(root), for: root) else { throw InstallationError("signature") }
        }
    }

    // MARK: Measuring

    private func rate(_ work: () throws -> Void) rethrows -> String {
        let start = now()
        try work()
        return Table.number(Double(count) * 1e9 / Double(max(1, now() - start)), 0)
    }

    /// Runs a part until `isDone`, then cancels it.
    private func rate(
        until isDone: @escaping @Sendable () -> Bool, _ part: @escaping @Sendable () async throws -> Void
    ) async throws -> String {
        let start = now()
        let task = Task { try await part() }
        while !isDone() {
            try await Task.sleep(for: .milliseconds(2))
            guard now() - start < 120_000_000_000 else { throw InstallationError("a stage did not come to its end") }
        }
        let end = now()
        task.cancel()
        _ = await task.result
        return Table.number(Double(count) * 1e9 / Double(max(1, end - start)), 0)
    }

    /// What only goes away when it is not looked at.
    @_optimize(none) private static func keep<Value>(_ value: Value) {}
}
