internal import SluiceSDK

/// The contract of a sender, tried on a bench: for the tests of every plugin, ours and others'.
///
/// ```swift
/// @Test(arguments: SenderCase.allCases) func conforms(_ scenario: SenderCase) async throws {
///     try await SenderConformance.run(scenario) { try await MyBench() }
/// }
/// ```
public enum SenderConformance {
    /// - Parameters:
    ///   - patience: how long anything may take on a loaded machine before it counts as never.
    ///   - bench: made anew for the case.
    /// - Throws: `SenderConformanceFailure`, or what the bench throws.
    public static func run<Bench: SenderBench>(
        _ scenario: SenderCase, patience: Duration = .seconds(300), _ bench: () async throws -> Bench
    ) async throws {
        guard Bench.exempt[scenario] == nil else { return }
        let run = SenderRun(scenario, try await bench(), patience: patience)
        switch scenario {
        case .taken: try await run.taken()
        case .repeated: try await run.repeated()
        case .nobodyAnswers: try await run.disturbed(.gone)
        case .refused: try await run.refused()
        case .answerLate: try await run.disturbed(.silent)
        case .answerLost: try await run.answerLost()
        case .brokenOff: try await run.brokenOff()
        case .retryAfter: try await run.retryAfter()
        case .injection: try await run.injection()
        case .cancellation: try await run.cancellation()
        case .atOnce: try await run.atOnce()
        }
        let strange = try await run.bench.strangeThings()
        guard strange.isEmpty else { throw run.failure("on the other side there is \(strange)") }
    }
}
