/// How fast a number of things went.
enum Rate {
    static func of(_ count: Int, in nanoseconds: UInt64) -> Double {
        Double(count) * 1e9 / Double(max(1, nanoseconds))
    }

    /// Things a second while `work` ran.
    static func of(_ count: Int, _ work: () throws -> Void) rethrows -> Double {
        let start = now()
        try work()
        return of(count, in: now() - start)
    }

    /// Runs a part until `isDone`, then cancels it.
    static func of(
        _ count: Int, until isDone: @escaping @Sendable () -> Bool, _ part: @escaping @Sendable () async throws -> Void
    ) async throws -> Double {
        let start = now()
        let task = Task { try await part() }
        while !isDone() {
            try await Task.sleep(for: .milliseconds(2))
            guard now() - start < 120_000_000_000 else { throw InstallationError("a stage did not come to its end") }
        }
        let end = now()
        task.cancel()
        _ = await task.result
        return of(count, in: end - start)
    }
}
