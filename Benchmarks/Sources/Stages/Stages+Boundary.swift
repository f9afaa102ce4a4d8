import Foundation
import Logging
import SluiceBoundary
import SluiceSDK
import SluiceStore
import Synchronization

extension Stages {
    /// Outbox, outlet and inlet between two stores, with nothing behind them.
    func boundary(_ bodies: [Body], _ rows: inout StageRows) async throws {
        let (near, far) = (try store("near"), try store("far"))
        let (key, segments) = (try SigningKey.generate(), folder + "/segments")
        try queue(bodies, near, &rows)
        try await sign(bodies, near, key, to: segments, &rows)
        try await verify(bodies, far, key, in: segments, &rows)
        try near.close()
        try far.close()
    }

    private func store(_ name: String) throws -> Store {
        let schema = StoreSchema(
            name: "bench", applicationID: 77,
            migrations: [
                StoreMigration("1", BoundarySchema.sql(writing: [.externalToRelay])),
                StoreMigration("2", BoundarySchema.resending),
                StoreMigration("3", BoundarySchema.sealing + BoundarySchema.sharedKeys),
                StoreMigration("4", BoundarySchema.links),
            ])
        return try Store(path: "\(folder)/\(name).db", schema: schema)
    }

    private func queue(_ bodies: [Body], _ near: Store, _ rows: inout StageRows) throws {
        let rate = try Rate.of(count) {
            for batch in batches(bodies) {
                let items = batch.map { row in
                    (
                        item: Item(
                            id: row.id, channelID: "bench", kind: .ticketOpened,
                            createdAt: Timestamp(milliseconds: 1_767_225_600_000), body: row.body),
                        reference: nil as Int64?
                    )
                }
                try near.write { _ = try Outbox.append(items, to: .externalToRelay, in: $0) }
            }
        }
        rows.add("queue (outbox)", rate, beside: try sameRows(as: near.path))
    }

    /// The rows that a stage has left in its store, once more.
    func sameRows(as store: String) throws -> StageRows.Neighbour {
        let copy = folder + "/same-rows.db"
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: copy + end) } }
        let neighbour = try SQLiteNeighbour(of: store, to: copy)
        let rate = try Rate.of(count) { try neighbour.write(transactions: (count + batch - 1) / batch) }
        return .init("the same rows through the sqlite3 C API, FULL", rate)
    }

    private func sign(
        _ bodies: [Body], _ near: Store, _ key: SigningKey, to segments: String, _ rows: inout StageRows
    ) async throws {
        let outlet = Outlet(
            stream: .externalToRelay, to: .folder(segments), store: near, key: key, logger: Logger(label: "bench"))
        let batches = batches(bodies).count
        let rate = try await Rate.of(count) {
            // Under their last names: they are synced before they have them.
            let names = (try? FileManager.default.contentsOfDirectory(atPath: segments)) ?? []
            return names.count { $0.hasSuffix(".seg") } >= batches
        } _: {
            try await outlet.run()
        }
        rows.add(
            "sign (outbox → synced segments)", rate,
            beside: .init(
                "SHA-256, Ed25519, write, sync of the same bytes", try Rate.of(count) { try bareSegments(bodies, key) })
        )
    }

    private final class Counting: Sendable { let count = Atomic<Int>(0) }

    private func verify(
        _ bodies: [Body], _ far: Store, _ key: SigningKey, in segments: String, _ rows: inout StageRows
    ) async throws {
        let (taken, wanted) = (Counting(), bodies.count)
        let inlet = Inlet(
            stream: .externalToRelay, from: .folder(segments), store: far, key: key.verifyingKey,
            logger: Logger(label: "bench"))
        let rate = try await Rate.of(count) {
            taken.count.load(ordering: .relaxed) >= wanted
        } _: {
            try await inlet.run(
                consume: { _, _ in }, taken: { taken.count.add($0.items.count, ordering: .relaxed) })
        }
        let signatures = try batches(bodies).map { try key.sign(root(of: $0)) }
        let bare = try Rate.of(count) {
            for (batch, signature) in zip(batches(bodies), signatures) {
                guard key.verifyingKey.isValid(signature, for: root(of: batch)) else {
                    throw InstallationError("a signature of the neighbour's does not hold")
                }
            }
        }
        rows.add(
            "verify (segments → checked items)", rate, beside: .init("SHA-256 and Ed25519 of the same bytes", bare))
        rows.expect(wanted, taken.count.load(ordering: .relaxed), "items verified")
    }

    private func root(of batch: ArraySlice<Body>) -> [UInt8] { SHA256.hash(batch.flatMap { SHA256.hash($0.body) }) }

    private func bareSegments(_ bodies: [Body], _ key: SigningKey) throws {
        let path = folder + "/bare.seg"
        for batch in batches(bodies) {
            let bytes = batch.flatMap { $0.body } + (try key.sign(root(of: batch)))
            let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
            defer { close(descriptor) }
            guard write(descriptor, bytes, bytes.count) == bytes.count, fdatasync(descriptor) == 0 else {
                throw SocketError("write \(path)")
            }
        }
    }
}
