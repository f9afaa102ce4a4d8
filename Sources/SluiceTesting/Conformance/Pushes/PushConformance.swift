public import SluiceSDK

/// A transport that is called, and callers for it: all that `PushConformance` asks for.
public protocol PushBench: Sendable {
    /// Why a case does not apply; every entry is a sentence that a reader may doubt.
    static var exempt: [PushCase: String] { get }

    func transport() throws -> any PushTransport
    /// A call by the upstream, with all the proofs that the transport wants.
    func request(_ body: [UInt8]) throws -> PushRequest
    /// Calls with this body by others: without a proof, with a wrong one, with one for something else.
    func strangers(_ body: [UInt8]) throws -> [PushRequest]
}

extension PushBench {
    public static var exempt: [PushCase: String] { [:] }
}

/// What happens to every channel that is called. The listener owns sockets, limits and time, and has its own tests; these
/// are the transport's.
public enum PushCase: String, Sendable, Hashable, CaseIterable {
    /// Every byte of the body comes through, and nothing of the proofs.
    case admitted
    /// Whoever is not the upstream is refused with a 4xx that tells him nothing.
    case strangers
    /// Stored, or known before: the same success, so that a caller who lost the answer may call again.
    case taken
    /// Nothing of it was taken: no success.
    case poison
    /// Refused by the gateway: no success, with the time to wait where the gateway names one.
    case refused
    /// Codes and reasons that hold anything break out of neither headers nor body.
    case injection
    /// Many at once: none gets another's bytes.
    case atOnce
}

/// The contract of a transport that is called, tried on a bench.
public enum PushConformance {
    /// - Throws: `PushConformanceFailure`, or what the bench throws.
    public static func run<Bench: PushBench>(_ scenario: PushCase, _ bench: () throws -> Bench) async throws {
        guard Bench.exempt[scenario] == nil else { return }
        let run = PushRun(scenario, try bench())
        switch scenario {
        case .admitted: try run.admitted()
        case .strangers: try run.strangers()
        case .taken: try run.taken()
        case .poison: try run.poison()
        case .refused: try run.refused()
        case .injection: try run.injection()
        case .atOnce: try await run.atOnce()
        }
    }
}

/// What a transport did against the contract.
public struct PushConformanceFailure: Error, Sendable, CustomStringConvertible {
    public var scenario: PushCase
    public var reason: String

    public var description: String { "\(scenario.rawValue): \(reason)" }
}
