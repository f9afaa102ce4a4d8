internal import SluiceSDK

extension InternalZone {
    /// Nothing more goes to the handler until it is resumed, also after a restart. What is on its way arrives.
    /// - Throws: `QueueFault`.
    public func pause(_ handler: String, by person: String) async throws {
        try await queues.pause(handler, by: person)
        lookAgain(handler)
    }

    /// - Throws: `QueueFault`.
    public func resume(_ handler: String) async throws {
        try await queues.resume(handler)
        lookAgain(handler)
    }

    /// What waits for its next attempt is due now.
    /// - Returns: how many batches.
    /// - Throws: `QueueFault`.
    public func redrive(_ handler: String, batch: String? = nil) async throws -> Int {
        let count = try await queues.redrive(handler, batch: batch)
        lookAgain(handler)
        return count
    }

    private var queues: QueueControl { QueueControl(store: pipeline.store, clock: pipeline.clock) }

    private func lookAgain(_ handler: String) {
        for worker in pipeline.workers where worker.handlerID == handler { worker.lookAgain() }
    }
}
