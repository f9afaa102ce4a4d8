internal import SluiceSDK

/// The contract of a transport, tried on a bench: for the tests of every plugin, ours and others'.
///
/// ```swift
/// @Test(arguments: ConformanceCase.allCases) func conforms(_ scenario: ConformanceCase) async throws {
///     try await TransportConformance.run(scenario) { try await MyBench() }
/// }
/// ```
public enum TransportConformance {
    /// - Parameters:
    ///   - patience: how long anything may take on a loaded machine before it counts as never.
    ///   - bench: made anew for the case.
    /// - Throws: `ConformanceFailure`, or what the bench throws.
    public static func run<Bench: TransportBench>(
        _ scenario: ConformanceCase, patience: Duration = .seconds(300), _ bench: () async throws -> Bench
    ) async throws {
        guard Bench.exempt[scenario] == nil else { return }
        var limits = ChannelLimits()
        // What a record may weigh is the format's to say.
        limits.record = limits.message
        // A step that a busy machine cannot do in the usual 30 s would be begun again, and messages come twice.
        if scenario == .saturation { limits.time = patience }
        if scenario == .overLimit { limits.message = 2_000 }
        let run = ConformanceRun(scenario, try await bench(), limits: limits, patience: patience)
        switch scenario {
        case .connectionRefused: try await run.connectionRefused()
        case .connectionLate: try await run.connectionLate()
        case .brokenOff: try await run.brokenOff()
        case .acknowledgementLost: try await run.acknowledgementLost()
        case .restartedBeforeJournal: try await run.restartedBeforeJournal()
        case .poison: try await run.poison()
        case .saturation: try await run.saturation()
        case .cancellation: try await run.cancellation()
        case .overLimit: try await run.overLimit()
        case .closed: try await run.closed()
        }
    }
}
