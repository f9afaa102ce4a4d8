/// Lets one task sleep until something happens or a time has passed. Rung while nobody waits, it is remembered once.
final class WakeUp: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func ring() {
        continuation.yield()
    }

    /// Also returns when the task is cancelled. One waiter at a time.
    func wait(upTo limit: Duration) async {
        let timer = Task {
            try? await Task.sleep(for: limit)
            ring()
        }
        var rings = stream.makeAsyncIterator()
        _ = await rings.next()
        timer.cancel()
    }
}
