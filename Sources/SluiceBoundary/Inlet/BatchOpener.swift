/// Checks everything about a stream's next batch.
struct BatchOpener: Sendable {
    let stream: BoundaryStream
    let key: VerifyingKey
    let origins: [String: VerifyingKey]

    struct Found: Sendable {
        var batch: InboundBatch
        var state: InletState
    }

    /// - Parameter bytes: what stands where the batch behind `state` belongs.
    func open(_ bytes: [UInt8], after state: InletState) throws(ChainBreak) -> Found {
        let envelope = try SegmentEnvelope(bytes, stream: stream, position: state.next, previous: state.head, key: key)
        let entries = try SegmentEntries(
            envelope, itemHead: state.itemHead, nextNumber: state.nextNumber, origins: origins)
        var next = InletState(
            position: state.next, head: envelope.manifest.head, itemHead: entries.itemHead,
            nextNumber: entries.nextNumber)
        next.awaitsEpoch = state.awaitsEpoch
        return Found(batch: entries.batch, state: next)
    }
}

extension BatchSource {
    /// What stands there although the next batch does not: a gap, or a raised epoch.
    func obstacle(in stream: BoundaryStream, after state: InletState) async throws -> ChainBreak? {
        let positions = try await later(than: state.position).filter { $0 != state.next }
        // It may have come between the first look and this one.
        guard !positions.isEmpty, try await !has(state.next) else { return nil }
        // A raised epoch sends again whatever a gap before it would hide.
        if let raised = positions.last, raised.epoch > state.position.epoch {
            return ChainBreak(
                ChainBreak.epochRaised, stream: stream, position: BatchPosition(epoch: raised.epoch, batch: 1),
                "\(stream.from) began epoch \(raised.epoch), as after a restore; approve it with `sluice boundary resume`"
            )
        }
        guard let later = positions.first else { return nil }
        return ChainBreak(
            ChainBreak.gap, stream: stream, position: state.next,
            "the batch is missing, though batch \(later.batch) is there")
    }
}
