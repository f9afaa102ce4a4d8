/// Where the writer of a stream puts its batches; one for each way that a batch travels.
protocol BatchShelf: Sendable {
    /// How a message names the place of a batch.
    func name(_ position: BatchPosition) -> String

    /// One writer: nobody else may put anything here until `release`. Asked again before every batch, so that a claim
    /// that was lost with its connection is taken anew.
    /// - Throws: `BoundaryError` `boundary.second-writer` when another holds it.
    func claim() async throws
    func release() async

    /// The whole batch or nothing, durable on return.
    func put(_ batch: FinishedBatch) async throws

    /// What stands at a position: written before a crash and not recorded. nil when nothing does.
    func stored(at position: BatchPosition) async throws -> StoredBatch?

    /// Makes what stands at a position as durable as if `put` had returned.
    func confirm(_ position: BatchPosition) async throws

    /// Lets acknowledged batches go, where that is the writer's to do.
    func remove(_ positions: [BatchPosition]) async throws

    /// Does what is due from time to time; called at every look.
    func refresh() async throws

    /// The same with everything of epochs before this one, which the reader has left behind.
    func removeEpochs(before epoch: Int) async throws
}

extension BatchShelf {
    func refresh() async throws {}
}

/// What a shelf finds at a position.
enum StoredBatch: Sendable {
    case whole([UInt8])
    /// The last line alone, where nothing can be there but whole batches.
    case manifest([UInt8])
}

/// A signed batch.
struct FinishedBatch: Sendable {
    var manifest: Manifest
    /// Header, entries and manifest, each line with its line break.
    var bytes: [UInt8]
}
