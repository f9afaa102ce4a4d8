/// A value that is set once and waited for.
final class Once<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func set(_ value: Value) {
        continuation.yield(value)
        continuation.finish()
    }

    /// - Throws: what the task threw, when it ends before there is a value.
    func value(orEndOf task: Task<Void, any Error>) async throws -> Value {
        let watching = Task {
            _ = await task.result
            continuation.finish()
        }
        defer { watching.cancel() }
        for await value in stream { return value }
        try await task.value
        throw CommandFailure("a part of this ended before it began")
    }
}
