/// A transport that tells its source what became of every record, and can tell it anew: one that was rejected has been
/// taken after all, because a person replayed it.
public protocol CorrectingTransport: Transport {
    /// Tells the source what became now of records that it holds for rejected. Called between `connect` and `close` of a
    /// transport of its own, beside the one that fetches. A record that the source has put into another state since stays
    /// as it is.
    /// - Parameters:
    ///   - message: one record, or a whole message, as it was replayed.
    ///   - outcome: what became of it; positions are those in these bytes.
    /// - Returns: false where this source is told nothing of its records.
    /// - Throws: `PluginError`, `CancellationError`.
    func correct(_ message: RawMessage, _ outcome: MessageOutcome) async throws -> Bool
}
