public import SluiceSDK

/// A transport under test and an upstream for it that can be disturbed: all that `TransportConformance` asks for.
///
/// A bench is made anew for every case. Take a real upstream where there is one (`RealServer`).
public protocol TransportBench: Sendable {
    /// Why a case does not apply to this transport; every entry is a sentence that a reader may doubt.
    static var exempt: [ConformanceCase: String] { get }
    /// True when what was acknowledged may come again, because the upstream is asked for what it has and cannot be told
    /// (http-poll); the journal absorbs it. False when it never may.
    static var repeats: Bool { get }
    /// What it does with a message over `limits.message`, with the code that it says.
    static var overLimit: OverLimit { get }

    /// A transport for this bench's upstream; called again for a restart, with the checkpoint that was committed.
    func transport(_ context: ChannelContext) async throws -> any Transport
    /// Puts one message on the upstream, behind those that were put before. The message must contain `text` (letters,
    /// digits, `-` and `.`) in one piece.
    func put(_ text: String) async throws
    /// From now on nobody answers: the server is down, the folder is gone.
    func cut() async throws
    /// The upstream is back, with everything that was put.
    func restore() async throws
    /// From now until `restore` every transfer of more than 100,000 bytes breaks off in its middle: by a count of bytes
    /// (`CuttingRelay`), because a fast transfer outruns a clock.
    func breakOff() async throws
    /// How many transfers broke off so far.
    func breaks() async throws -> Int
    /// Connections that the upstream sees now; nil when it cannot tell.
    func openConnections() async throws -> Int?
    /// Bytes that left the upstream so far; nil when it cannot tell.
    func handedOut() async throws -> Int?
}

/// What becomes of a message that is larger than the channel takes. In none of the cases it is handed over, cut or whole.
public enum OverLimit: Sendable, Equatable {
    /// It becomes a reject with this code, once, and those behind it come.
    case refused(String)
    /// It stays where it is, `context.report` is told this code, and those behind it come.
    case reported(String)
    /// The source stands still with this error until somebody does something about it.
    case error(String)
}

extension TransportBench {
    public static var exempt: [ConformanceCase: String] { [:] }
    public static var repeats: Bool { false }
    public func openConnections() async throws -> Int? { nil }
    public func handedOut() async throws -> Int? { nil }
}

/// What happens to every channel one day.
public enum ConformanceCase: String, Sendable, Hashable, CaseIterable {
    /// Nobody answers: an error that says so and asks to be tried again.
    case connectionRefused
    /// Nobody answers at first: the same transport connects later and takes what is there.
    case connectionLate
    /// A transfer ends in the middle: half a message is never handed over, the whole one is later.
    case brokenOff
    /// Journalled, and the acknowledgement never arrives: a restart goes on, and what it repeats is the same.
    case acknowledgementLost
    /// Received and never journalled: a restart gives the same message again.
    case restartedBeforeJournal
    /// A message that nobody can decode: those behind it come, and it does not come again.
    case poison
    /// Far more waits than anybody can hold: no more is fetched than is asked for, and everything comes, in order,
    /// nothing twice.
    case saturation
    /// Cancelled while it waits: ends, loses nothing, and goes on afterwards.
    case cancellation
    /// Larger than `limits.message`: never cut, never silently lost, and said with the code that the bench names.
    case overLimit
    /// Closed: ends, closes connections, and may be closed again.
    case closed
}

/// What a transport did against the contract.
public struct ConformanceFailure: Error, Sendable, CustomStringConvertible {
    public var scenario: ConformanceCase
    public var reason: String

    public var description: String { "\(scenario.rawValue): \(reason)" }
}
