internal import SluiceSDK
internal import SluiceStore

/// Puts segments into a stream's folder, and knows its own again after a crash.
struct SegmentWriter: Sendable {
    let stream: BoundaryStream
    let folder: String
    let key: SigningKey
    /// Tests throw from it to stand for a kill.
    let failpoint: @Sendable (Files.WriteStep) throws -> Void

    struct Written: Sendable {
        var manifest: Manifest
        var itemHead: [UInt8]
    }

    func write(_ rows: [OutboxRow], after state: OutletState, at time: Timestamp) throws -> Written {
        let builder = builder(rows, after: state)
        let (bytes, manifest) = try builder.finished(
            previous: state.head, ack: state.consumed, through: rows.last?.id ?? state.cursor, time: time, key: key)
        try Files.makeFolder(folder, mode: 0o750)
        try Files.write(bytes, to: path(state.next), mode: 0o640) { step in
            try failpoint(step)
            step.failpoint.reached()
        }
        return Written(manifest: manifest, itemHead: builder.itemHead)
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

    /// The segment behind `state`, if it stands in the folder already: written before a crash and not recorded.
    ///
    /// A reader may have taken it, so it is never written again with the same number.
    func leftover(after state: OutletState) throws -> Manifest? {
        let path = path(state.next)
        guard Files.exists(path) else { return nil }
        do {
            return try SegmentEnvelope(
                Files.read(path, atMost: SegmentLimits.of(stream).bytes), stream: stream, position: state.next,
                previous: state.head, key: key.verifyingKey
            ).manifest
        } catch let error as ChainBreak {
            throw BoundaryError(
                "boundary.foreign-segment",
                "\(path) was not written behind this store's last batch (\(error.reason)); if the store was restored, raise "
                    + "its epoch, otherwise find out who wrote the file")
        }
    }

    /// Makes sure that a leftover holds what this store queued, by making it anew from `rows`: the lines must be the
    /// same to the last byte. After a restore other rows have the same numbers, and adopting would lose them.
    func adopt(_ manifest: Manifest, _ rows: [OutboxRow], after state: OutletState) throws -> Written {
        let builder = builder(rows, after: state)
        guard builder.root == manifest.root, manifest.through == rows.last?.id ?? state.cursor else {
            throw BoundaryError(
                "boundary.store-behind",
                "\(path(state.next)) is not what this store queued: the store is older than its segments; raise the epoch"
            )
        }
        // The name must be as durable as the record that will now be made of it.
        try Files.syncFolder(folder)
        return Written(manifest: manifest, itemHead: builder.itemHead)
    }

    func remove(_ position: BatchPosition) throws {
        try Files.remove(path(position))
    }

    /// Segments of epochs before this one, which the reader has left behind.
    func removeEpochs(before epoch: Int) throws {
        for name in try Files.names(in: folder) {
            guard let position = SegmentName.position(name), position.epoch < epoch else { continue }
            try remove(position)
        }
    }

    private func path(_ position: BatchPosition) -> String { folder + "/" + SegmentName.text(position) }
}

extension Files.WriteStep {
    fileprivate var failpoint: Failpoint {
        switch self {
        case .created: .segmentCreated
        case .written: .segmentWritten
        case .synced: .segmentSynced
        case .renamed: .segmentRenamed
        case .folderSynced: .segmentFolderSynced
        }
    }
}
