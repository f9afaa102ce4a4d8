internal import SluiceSDK

/// Where nobody reads: a zone at the end of a link that carries one way writes its streams as ever, so that its outbox
/// empties, and nothing of them comes to lie anywhere. Nothing is read from there either.
struct UnreadShelf: BatchShelf, BatchSource {
    let stream: BoundaryStream

    func name(_ position: BatchPosition) -> String { "\(stream.name) \(position), which nobody reads" }
    func claim() async throws {}
    func release() async {}
    func put(_ batch: FinishedBatch) async throws {}
    func stored(at position: BatchPosition) async throws -> StoredBatch? { nil }
    func confirm(_ position: BatchPosition) async throws {}
    func remove(_ positions: [BatchPosition]) async throws {}
    func removeEpochs(before epoch: Int) async throws {}

    func batch(at position: BatchPosition) async throws -> [UInt8]? { nil }
    func has(_ position: BatchPosition) async throws -> Bool { false }
    func later(than position: BatchPosition) async throws -> [BatchPosition] { [] }
    func wait(_ signal: Signal, upTo poll: Duration) async { await signal.wait(upTo: poll) }
}
