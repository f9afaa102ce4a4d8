#if DEBUG
    import Foundation
    import GRDB
    import SluiceSDK

    @testable import SluiceBoundary
    @testable import SluiceExternal
    @testable import SluiceInternal
    @testable import SluiceRelay
    @testable import SluiceStore

    /// Opens what a cut has left, and holds it against what was promised.
    struct Inspection {
        let root: String

        /// What does not hold; empty when all is well.
        func findings(_ promises: [Promise]) throws -> [String] {
            var findings: [String] = []
            let stores: [(String, StoreSchema, [StoreInvariant])] = [
                ("external/data/external.db", ExternalStore.schema, ExternalInvariants.all),
                ("relay/data/quarantine.db", RelaySchema.schema, RelayInvariants.all),
                ("internal/data/internal.db", InternalSchema.schema, InternalInvariants.all),
            ]
            var readers: [StoreReader] = []
            for (path, schema, invariants) in stores {
                do {
                    let reader = try open(path, schema)
                    readers.append(reader)
                    let wrong = try StoreCheck(reader, invariants: invariants).run().filter { $0.weight == .error }
                    findings += wrong.map { "\(path): \($0.code): \($0.reason)" }
                } catch {
                    findings.append("\(path) cannot be opened: \(error)")
                }
            }
            guard readers.count == 3 else { return findings }
            findings += try RelayInvariants.damagedLines(readers[1]).map { "quarantine.db: \($0.reason)" }
            findings += try InternalInvariants.ticketIndex(readers[2]).map { "internal.db: \($0.code): \($0.reason)" }
            findings += try lost(promises, external: readers[0], inside: readers[2])
            findings += try Self.unopened(readers[2]) + Self.readable(external: readers[0], relay: readers[1])
            for (stream, writer, reader, key) in [
                (BoundaryStream.externalToRelay, 0, 1, Gateway.keys.external),
                (.relayToInternal, 1, 2, Gateway.keys.relay),
                (.internalToRelay, 2, 1, Gateway.keys.inside), (.relayToExternal, 1, 0, Gateway.keys.relay),
            ] {
                findings += try gap(stream, from: readers[writer], to: readers[reader], key: key)
            }
            return findings
        }

        /// As the zone does at its start: SQLite makes good what the cut has left, and migrations go on where they were.
        private func open(_ path: String, _ schema: StoreSchema) throws -> StoreReader {
            let path = root + "/" + path
            let folder = (path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Store(path: path, schema: schema).close()
            return try StoreReader(path: path, schema: schema)
        }

        /// Promises of which the stores know nothing.
        private func lost(_ promises: [Promise], external: StoreReader, inside: StoreReader) throws -> [String] {
            let revisions = try external.read { db in
                Dictionary(
                    uniqueKeysWithValues: try Row.fetchAll(db, sql: "SELECT ticket_id, revision FROM ticket").map {
                        ($0[0] as String, $0[1] as Int)
                    })
            }
            let replies = try external.read { try Set(String.fetchAll($0, sql: "SELECT reply_id FROM reply")) }
            let events = try inside.read { try Set(String.fetchAll($0, sql: "SELECT uid FROM event")) }
            let reports = try inside.read { try Set(String.fetchAll($0, sql: "SELECT event_id FROM handler_event")) }
            return promises.compactMap { promise in
                let holds =
                    switch promise {
                    case .accepted(let ticket, let revision), .acceptedEarly(let ticket, let revision):
                        (revisions[ticket] ?? 0) >= revision
                    case .delivered(let event): events.contains(event)
                    case .reported(let event): reports.contains(event)
                    case .replied(let reply): replies.contains(reply)
                    }
                return holds ? nil : "lost: \(promise)"
            }
        }

        /// What the writer believes to have sent and the reader has not taken must stand in the folder, whole; and the
        /// reader may be ahead by one batch at most, which then stands there too.
        private func gap(
            _ stream: BoundaryStream, from writer: StoreReader, to reader: StoreReader, key: SigningKey
        ) throws -> [String] {
            let sent = try writer.read { db in
                try Row.fetchOne(db, sql: "SELECT epoch, batch FROM outlet WHERE stream = ?", arguments: [stream.name])
            }
            guard let sent else { return ["\(stream): the writer has no outlet"] }
            let last = BatchPosition(epoch: sent[0], batch: sent[1])
            var state =
                try reader.read { try InletState.load(stream, in: $0) }
                ?? InletState(
                    position: BatchPosition(epoch: 1, batch: 0), head: Self.zeros, itemHead: Self.zeros, nextNumber: 1)
            if state.position > last {
                let isAdoptable = state.position.batch == last.batch + 1 && exists(stream, state.position)
                return isAdoptable ? [] : ["\(stream): \(state.position) was taken, and its writer would write it anew"]
            }
            let opener = BatchOpener(
                stream: stream, key: key.verifyingKey,
                origins: [
                    "external": Gateway.keys.external.verifyingKey, "internal": Gateway.keys.inside.verifyingKey,
                ])
            do {
                while state.position < last, exists(stream, state.next) {
                    let path = Gateway.folder(root, stream) + "/" + SegmentName.text(state.next)
                    let bytes = try Files.read(path, atMost: SegmentLimits.of(stream).bytes)
                    state = try opener.open(bytes, after: state).state
                }
            } catch {
                return ["\(stream): \(error)"]
            }
            return state.position < last ? ["\(stream): \(state.next) was sent, is not taken, and is gone"] : []
        }

        private func exists(_ stream: BoundaryStream, _ position: BatchPosition) -> Bool {
            Files.exists(Gateway.folder(root, stream) + "/" + SegmentName.text(position))
        }

        private static let zeros = [UInt8](repeating: 0, count: 32)
    }
#endif
