internal import Foundation

/// Opens the next segment of a stream and checks everything about it.
struct SegmentReader: Sendable {
    let stream: BoundaryStream
    let folder: String
    let key: VerifyingKey
    let origins: [String: VerifyingKey]

    struct Found: Sendable {
        var batch: InboundBatch
        var state: InletState
    }

    /// nil when the next batch is not there yet.
    func next(after state: InletState) throws -> Found? {
        let position = state.next
        let path = path(position)
        guard Files.exists(path) else { return nil }
        let bytes: [UInt8]
        do {
            bytes = try Files.read(path, atMost: SegmentLimits.of(stream).bytes)
        } catch let error as FileError {
            if error.isMissing { return nil }
            if error.number == 0 || error.number == ELOOP {
                throw ChainBreak("boundary.not-a-segment", stream: stream, position: position, error.reason)
            }
            throw error
        }
        let envelope = try SegmentEnvelope(bytes, stream: stream, position: position, previous: state.head, key: key)
        let entries = try SegmentEntries(
            envelope, itemHead: state.itemHead, nextNumber: state.nextNumber, origins: origins)
        try makeNameDurable()
        var next = InletState(
            position: position, head: envelope.manifest.head, itemHead: entries.itemHead, nextNumber: entries.nextNumber
        )
        next.awaitsEpoch = state.awaitsEpoch
        return Found(batch: entries.batch, state: next)
    }

    /// What stands in the folder although the next batch does not: a gap, or a raised epoch.
    func obstacle(after state: InletState) throws -> ChainBreak? {
        guard Files.exists(folder) else { return nil }
        let positions = try Files.names(in: folder).compactMap(SegmentName.position).sorted()
        // It may have come between the first look and this one.
        if Files.exists(path(state.next)) { return nil }
        // A raised epoch sends again whatever a gap before it would hide.
        if let raised = positions.last, raised.epoch > state.position.epoch {
            return ChainBreak(
                ChainBreak.epochRaised, stream: stream, position: BatchPosition(epoch: raised.epoch, batch: 1),
                "\(stream.from) began epoch \(raised.epoch), as after a restore; approve it with `sluice boundary resume`"
            )
        }
        guard let later = positions.first(where: { $0.epoch == state.position.epoch && $0.batch > state.next.batch })
        else { return nil }
        return ChainBreak(
            ChainBreak.gap, stream: stream, position: state.next,
            "the batch is missing, though batch \(later.batch) is there")
    }

    private func path(_ position: BatchPosition) -> String { folder + "/" + SegmentName.text(position) }

    /// The writer syncs the folder only after the rename that made the file visible. If the power fails between our
    /// commit and that sync, the writer would write another batch with a number that we have taken. So sync it first.
    private func makeNameDurable() throws {
        do {
            try Files.syncFolder(folder)
        } catch let error as FileError where [EROFS, EINVAL, EACCES, EBADF].contains(error.number) {
            // A read-only mount or a carried disk: there is no rename that could be lost.
        }
    }
}
