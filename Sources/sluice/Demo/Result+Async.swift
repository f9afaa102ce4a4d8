extension Result where Failure == any Error, Success: Sendable {
    /// What a piece of work ends with, for whoever has something to tidy up before it is told.
    static func of(_ body: () async throws -> Success) async -> Result {
        do { return .success(try await body()) } catch { return .failure(error) }
    }
}
