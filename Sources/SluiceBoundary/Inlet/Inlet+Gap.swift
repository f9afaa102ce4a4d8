public import GRDB
internal import Logging
internal import SluiceSDK
internal import SluiceStore

/// Batches that never came, and are no longer waited for.
public struct InletGap: Sendable, Equatable {
    public var stream: BoundaryStream
    public var epoch: Int
    /// Positions in the stream.
    public var batches: ClosedRange<Int>
    /// Numbers of the items that were in them, by the manifest behind the gap; nil when there were none.
    public var items: ClosedRange<Int>?

    public var description: String {
        let lost = items.map { "items \($0.lowerBound) to \($0.upperBound) of its producer" } ?? "no items"
        return
            "\(stream): batches \(epoch)/\(batches.lowerBound) to \(epoch)/\(batches.upperBound) never came, with \(lost)"
    }
}

extension Inlet {
    /// Goes on behind a gap with the next batch that is there. What was in the gap is lost to this stream until its
    /// writer sends it again; the gap is recorded.
    ///
    /// - Throws: `BoundaryError` when the stream does not stand at a gap, or no batch behind it can be trusted.
    public func skipGap(by person: String) async throws -> InletGap {
        let state = try await state()
        guard state.stop?.code == ChainBreak.gap else {
            throw BoundaryError("boundary.no-gap", "the stream \(stream) does not stand at a gap")
        }
        let later = try await source.later(than: state.next).filter { $0.epoch == state.position.epoch }
        guard let first = later.first, let last = later.last else {
            throw BoundaryError("boundary.no-gap", "nothing stands behind the gap of \(stream)")
        }
        let (gap, behind) = try await next(first, upTo: last, after: state)
        let time = clock()
        try await store.commit { db in
            try InletState.skip(gap, to: behind, from: state, at: time, person: person, in: db)
        }
        logger.critical("\(gap.description); given up", metadata: ["by": "\(person)"])
        bell.segment(wire).set()
        return gap
    }

    /// What lies between `state` and the batch at `first`, and the state in front of that batch, as signed manifests say.
    private func next(
        _ first: BatchPosition, upTo last: BatchPosition, after state: InletState
    ) async throws -> (InletGap, InletState) {
        var behind = state
        behind.position = BatchPosition(epoch: first.epoch, batch: first.batch - 1)
        behind.head = try await envelope(at: first).manifest.previous
        behind.stop = nil
        var gap = InletGap(
            stream: stream, epoch: first.epoch, batches: state.next.batch...(first.batch - 1), items: nil)
        // What the relay passes on is numbered by its producers.
        guard !wire.isFromRelay, let items = try await firstItems(from: first, upTo: last) else { return (gap, behind) }
        guard items.number >= state.nextNumber else {
            throw BoundaryError("boundary.no-gap", "batch \(first) of \(stream) counts its items anew")
        }
        (behind.itemHead, behind.nextNumber) = (items.previous, items.number)
        if items.number > state.nextNumber { gap.items = state.nextNumber...(items.number - 1) }
        return (gap, behind)
    }

    /// The first item at or behind a position: its number, and the digest of the one before it. nil when a second gap
    /// comes first, which is then given up on its own.
    private func firstItems(
        from first: BatchPosition, upTo last: BatchPosition
    ) async throws -> (number: Int, previous: [UInt8])? {
        var position = first
        while try await source.has(position) {
            let envelope = try await envelope(at: position)
            if envelope.manifest.first > 0, let previous = envelope.firstItemPrevious() {
                return (envelope.manifest.first, previous)
            }
            position.batch += 1
        }
        if position < last { return nil }
        throw BoundaryError(
            "boundary.no-gap",
            "the batches of \(stream) behind the gap hold no items to go on with; wait for the next one that does")
    }

    private func envelope(at position: BatchPosition) async throws -> SegmentEnvelope {
        guard let bytes = try await source.batch(at: position) else {
            throw BoundaryError("boundary.no-gap", "batch \(position) of \(stream) is gone again")
        }
        return try SegmentEnvelope(alone: bytes, stream: wire, position: position, key: opener.key)
    }

    /// Every gap that was given up, oldest first.
    public static func gaps(in db: Database) throws -> [InletGap] {
        try Row.fetchAll(
            db, sql: "SELECT stream, epoch, first_batch, last_batch, first_item, last_item FROM inlet_gap ORDER BY id"
        ).compactMap { row in
            guard let stream = BoundaryStream(name: row[0]) else { return nil }
            let (first, last): (Int, Int) = (row[4], row[5])
            return InletGap(
                stream: stream, epoch: row[1], batches: (row[2] as Int)...(row[3] as Int),
                items: first > 0 ? first...last : nil)
        }
    }
}

extension SegmentEnvelope {
    /// The digest that the first item names as the one before it.
    func firstItemPrevious() -> [UInt8]? {
        for entry in entries {
            var scanner = LineScanner(bytes, in: entry)
            if let head = try? scanner.item() { return head.previous }
        }
        return nil
    }
}

extension InletState {
    static func skip(
        _ gap: InletGap, to behind: InletState, from state: InletState, at time: Timestamp, person: String,
        in db: Database
    ) throws {
        try db.execute(
            sql: """
                UPDATE inlet SET batch = ?, head = ?, item_head = ?, next_number = ?, stop_code = NULL, stop_reason = NULL,
                    stop_epoch = NULL, stop_batch = NULL, stop_at = NULL
                WHERE stream = ? AND epoch = ? AND batch = ?
                """,
            arguments: [
                behind.position.batch, Blob.data(behind.head), Blob.data(behind.itemHead), behind.nextNumber,
                gap.stream.name, state.position.epoch, state.position.batch,
            ])
        guard db.changesCount == 1 else {
            throw BoundaryError("boundary.two-readers", "the stream \(gap.stream) went on meanwhile")
        }
        try db.execute(
            sql: """
                INSERT INTO inlet_gap (stream, epoch, first_batch, last_batch, first_item, last_item, at, person)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                gap.stream.name, gap.epoch, gap.batches.lowerBound, gap.batches.upperBound, gap.items?.lowerBound ?? 0,
                gap.items?.upperBound ?? 0, time.milliseconds, person,
            ])
    }
}
