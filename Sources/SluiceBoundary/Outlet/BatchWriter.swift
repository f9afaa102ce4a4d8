internal import SluiceSDK

/// Makes a stream's batches from outbox rows, and knows its own again after a crash.
struct BatchWriter: Sendable {
    let stream: BoundaryStream
    let key: SigningKey

    /// - Returns: the batch behind `state`, and the digest of the stream's last item then.
    func batch(
        _ rows: [OutboxRow], after state: OutletState, at time: Timestamp
    ) throws -> (FinishedBatch, itemHead: [UInt8]) {
        let builder = builder(rows, after: state)
        let (bytes, manifest) = try builder.finished(
            previous: state.head, ack: state.consumed, through: rows.last?.id ?? state.cursor, time: time, key: key)
        return (FinishedBatch(manifest: manifest, bytes: bytes), builder.itemHead)
    }

    private func builder(_ rows: [OutboxRow], after state: OutletState) -> SegmentBuilder {
        var builder = SegmentBuilder(stream: stream, position: state.next, itemHead: state.itemHead)
        for row in rows {
            switch row.content {
            case .item(let item, let number): builder.add(item, number: number)
            case .entry(let line): builder.addEntry(line)
            case .passage(let passage, let content): builder.add(passage, content)
            }
        }
        return builder
    }

    /// The manifest of what stands behind `state` already.
    /// - Throws: `BoundaryError` when this writer's key and last batch are not behind it.
    func leftover(_ stored: StoredBatch, at place: String, after state: OutletState) throws -> Manifest {
        do {
            switch stored {
            case .whole(let bytes):
                return try SegmentEnvelope(
                    bytes, stream: stream, position: state.next, previous: state.head, key: key.verifyingKey
                ).manifest
            case .manifest(let line): return try own(line, after: state)
            }
        } catch let error as ChainBreak {
            throw BoundaryError(
                "boundary.foreign-segment",
                "\(place) was not written behind this store's last batch (\(error.reason)); if the store was restored, raise "
                    + "its epoch, otherwise find out who wrote it")
        }
    }

    private func own(_ line: [UInt8], after state: OutletState) throws -> Manifest {
        func refused(_ code: String, _ reason: String) -> ChainBreak {
            ChainBreak(code, stream: stream, position: state.next, reason)
        }
        var scanner = LineScanner(line)
        guard let tail = try? scanner.manifestLine() else {
            throw refused("boundary.malformed", "this is no manifest")
        }
        guard key.verifyingKey.isValid(tail.signature, for: tail.bytes) else {
            throw refused("boundary.bad-signature", "another key signed it")
        }
        let manifest = tail.manifest
        guard manifest.stream == stream.name, manifest.position == state.next, manifest.previous == state.head else {
            throw refused("boundary.broken-chain", "the batch does not continue the one before it")
        }
        return manifest
    }

    /// Makes sure that a leftover holds what this store queued, by making it anew from `rows`: the lines must be the
    /// same to the last byte. After a restore other rows have the same numbers, and adopting would lose them.
    /// - Returns: the digest of the stream's last item behind it.
    func adopt(
        _ manifest: Manifest, _ rows: [OutboxRow], at place: String, after state: OutletState
    ) throws -> [UInt8] {
        let builder = builder(rows, after: state)
        guard builder.root == manifest.root, manifest.through == rows.last?.id ?? state.cursor else {
            throw BoundaryError(
                "boundary.store-behind",
                "\(place) is not what this store queued: the store is older than its batches; raise the epoch")
        }
        return builder.itemHead
    }
}
