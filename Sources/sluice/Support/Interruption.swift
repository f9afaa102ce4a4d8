import UnixSignals

/// Ctrl-C or SIGTERM ended the work before it was done.
struct Interruption: Error {
    /// What shells show for it.
    var status: Int32

    /// Cancels the work when a signal comes, and waits until it has tidied up.
    /// - Throws: `Interruption`, or what the work throws.
    static func watched<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask(operation: body)
            group.addTask {
                for await signal in await UnixSignalsSequence(trapping: .sigint, .sigterm) {
                    throw Interruption(status: 128 + signal.rawValue)
                }
                return nil
            }
            defer { group.cancelAll() }
            // The watch over signals ends with nothing when its task is cancelled from outside.
            while let value = try await group.next() { if let value { return value } }
            throw CancellationError()
        }
    }
}
