/// The contract of a format, tried on a bench: for the tests of every plugin, ours and others'.
///
/// ```swift
/// @Test(arguments: FormatCase.allCases) func conforms(_ scenario: FormatCase) async throws {
///     try await FormatConformance.run(scenario, MyBench())
/// }
/// ```
public enum FormatConformance {
    /// - Throws: `FormatConformanceFailure`, or what the bench throws.
    public static func run<Bench: FormatBench>(_ scenario: FormatCase, _ bench: Bench) async throws {
        guard Bench.exempt[scenario] == nil else { return }
        let run = try FormatTrial(scenario, bench)
        switch scenario {
        case .records: try run.records()
        case .alone: try run.alone()
        case .empty: try run.empty()
        case .noise: try await run.noise()
        case .damaged: try run.damaged()
        case .recordsLimit: try run.recordsLimit()
        case .recordLimit: try run.recordLimit()
        case .charset: try run.charset()
        case .notText: try run.notText()
        case .streaming: try run.streaming()
        case .selectors: try run.selectors()
        case .atOnce: try await run.atOnce()
        }
    }
}
