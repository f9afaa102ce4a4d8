internal import SluiceSDK

/// An event that waits for a handler.
struct WaitingDelivery: Sendable, Equatable {
    /// `event.id`: the order in which a handler hears.
    var event: Int64
    var ticket: Int64
    /// The CloudEvents id.
    var uid: String
    var at: Timestamp
}

/// A batch that was made and is not delivered. Its id and members never change.
struct OpenBatch: Sendable, Equatable {
    /// `delivery_batch.id`
    var id: Int64
    /// What the handler sees, the same in every attempt.
    var batchID: String
    var events: [Int64]
    var tickets: Set<Int64>
    /// Attempts that failed.
    var attempts = 0
    var nextAt: Timestamp
    var lastTriedAt = Timestamp(milliseconds: 0)
    var isRunning = false
}
