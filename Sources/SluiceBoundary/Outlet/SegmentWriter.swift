internal import SluiceSDK

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
        var builder = SegmentBuilder(stream: stream, position: state.next, itemHead: state.itemHead)
        for row in rows {
            switch row.content {
            case .item(let item, let number): builder.add(item, number: number)
            case .entry(let line): builder.addEntry(line)
            case .passage(let passage, let content): builder.add(passage, content)
            }
        }
        let (bytes, manifest) = try builder.finished(
            previous: state.head, ack: state.consumed, through: rows.last?.id ?? state.cursor, time: time, key: key)
        try Files.makeFolder(folder, mode: 0o750)
        try Files.write(bytes, to: path(state.next), mode: 0o640, failpoint: failpoint)
        return Written(manifest: manifest, itemHead: builder.itemHead)
    }

    /// The segment behind `state`, if it stands in the folder already: written before a crash and not recorded.
    ///
    /// A reader may have taken it, so it is never written again with the same number.
    func leftover(after state: OutletState) throws -> Written? {
        let path = path(state.next)
        guard Files.exists(path) else { return nil }
        let envelope: SegmentEnvelope
        do {
            envelope = try SegmentEnvelope(
                Files.read(path, atMost: SegmentLimits.of(stream).bytes), stream: stream, position: state.next,
                previous: state.head, key: key.verifyingKey)
        } catch let error as ChainBreak {
            throw BoundaryError(
                "boundary.foreign-segment",
                "\(path) was not written behind this store's last batch (\(error.reason)); is the store older than its "
                    + "segments? after a restore raise the epoch, otherwise remove the file's cause first")
        }
        let through = envelope.manifest.through
        guard through >= state.cursor, through <= state.newestRow, envelope.manifest.last < state.nextNumber else {
            throw BoundaryError(
                "boundary.store-behind",
                "\(path) holds more than this store ever queued: the store is older than its segments; raise the epoch")
        }
        // The name must be as durable as the record that will now be made of it.
        try Files.syncFolder(folder)
        return Written(manifest: envelope.manifest, itemHead: lastItemDigest(envelope) ?? state.itemHead)
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

    /// Only items of this stream's own count: those that the relay passes on have other chains.
    private func lastItemDigest(_ envelope: SegmentEnvelope) -> [UInt8]? {
        guard !stream.isFromRelay else { return nil }
        for range in envelope.entries.reversed() {
            var scanner = LineScanner(envelope.bytes, in: range)
            if let head = try? scanner.item() { return head.digest }
        }
        return nil
    }
}
