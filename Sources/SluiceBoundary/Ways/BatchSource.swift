internal import SluiceSDK

/// Where the reader of a stream finds its batches; one for each way that a batch travels.
protocol BatchSource: Sendable {
    /// The batch of a position, verbatim: all its lines, each with its line break. nil when it is not there yet.
    ///
    /// Always by position, never what is merely newer than the last one: commits may become visible out of order.
    /// - Throws: `ChainBreak` for what cannot be a batch.
    func batch(at position: BatchPosition) async throws -> [UInt8]?

    func has(_ position: BatchPosition) async throws -> Bool

    /// Makes a batch that was read as durable as what is now recorded of it.
    func confirm(_ position: BatchPosition) async throws

    /// Positions behind this one, ascending, that are there although it may not be; the lowest and the highest at
    /// least. What a writer that is still at work may yet put in front of them must not be among the missing: a
    /// position is left out as long as that is possible.
    func later(than position: BatchPosition) async throws -> [BatchPosition]

    /// Called now and then with how far the reader has come, durably: where nobody else does it, the reader itself clears
    /// away what it has taken.
    func tidy(upTo position: BatchPosition) async throws

    /// Waits for something new: for as long as `poll` where it has to look, longer where it is told.
    func wait(_ signal: Signal, upTo poll: Duration) async
}

extension BatchSource {
    func tidy(upTo position: BatchPosition) async throws {}
}
