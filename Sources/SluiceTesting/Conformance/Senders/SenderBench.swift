/// A sender under test and another side that can be disturbed: all that `SenderConformance` asks for.
///
/// It serves senders of replies and of deliveries alike. A bench is made anew for every case. Take a real server where
/// there is one (`RealServer`), with a `CuttingRelay` before it.
public protocol SenderBench: Sendable {
    /// Why a case does not apply to this sender; every entry is a sentence that a reader may doubt.
    static var exempt: [SenderCase: String] { get }
    /// The code of the error when the other side refuses.
    static var refusal: String { get }

    /// A new sender, as after a start, and what it does with one parcel.
    func sender() async throws -> @Sendable (Parcel) async throws -> Void
    /// From now on the other side behaves like this.
    func behave(_ mood: SenderMood) async throws
    /// Everything that the other side has, whole, once for each time it came. A file that took another's place came once.
    func arrivals() async throws -> [Arrival]
    /// What is on the other side and no sender should have brought there: a second header, a file elsewhere, half a file
    /// under its final name.
    func strangeThings() async throws -> [String]
    /// How many transfers were broken off, and how many answers withheld, so far.
    func disturbances() async throws -> Int
}

extension SenderBench {
    public static var exempt: [SenderCase: String] { [:] }
    public func strangeThings() async throws -> [String] { [] }
    public func disturbances() async throws -> Int { 0 }
}

/// One thing to send.
public struct Parcel: Sendable, Equatable {
    /// Ours: the same in every attempt.
    public var id: String
    /// Foreign: the source's own number, which may hold anything.
    public var number: String
    /// Foreign as well.
    public var text: String

    public init(id: String, number: String = "A-1", text: String) {
        (self.id, self.number, self.text) = (id, number, text)
    }
}

/// One thing that came.
public struct Arrival: Sendable, Hashable {
    /// What the other side knows it by: the same for the same parcel, whoever brings it.
    public var id: String
    /// As the other side reads it.
    public var text: String

    public init(id: String, text: String) { (self.id, self.text) = (id, text) }
}

/// How the other side behaves.
public enum SenderMood: Sendable, Equatable {
    case well
    /// Nobody is there.
    case gone
    /// It says no, and means it.
    case refusing
    /// It wants to be left alone for so many seconds.
    case busy(Int)
    /// It takes what it gets and never says a word.
    case silent
    /// It does what it is asked, and the connection breaks off in place of its answer.
    case deaf
    /// Transfers of more than 100,000 bytes break off in their middle.
    case breaking
}

/// What happens to everybody who sends.
public enum SenderCase: String, Sendable, Hashable, CaseIterable {
    /// It arrives whole, once, with its text as it was.
    case taken
    /// Sent again, by the same sender and after a restart: the other side knows it for the same.
    case repeated
    /// Nobody is there: an error that says so and asks to be tried again; it arrives later.
    case nobodyAnswers
    /// The other side says no: the bench's code, and nothing has arrived.
    case refused
    /// No answer ever comes: it gives up by itself and asks to be tried again.
    case answerLate
    /// Taken, and the answer lost: it says that it does not know, and the same id arrives again.
    case answerLost
    /// Broken off in the middle: half of it is nowhere to be seen; the whole is, later.
    case brokenOff
    /// The other side names a time: the error has it.
    case retryAfter
    /// Numbers and texts that would lead elsewhere arrive as what they are, in their place.
    case injection
    /// Cancelled while it waits: ends, and the sender goes on afterwards.
    case cancellation
    /// Many at once: each arrives once, none mixed with another.
    case atOnce
}

/// What a sender did against the contract.
public struct SenderConformanceFailure: Error, Sendable, CustomStringConvertible {
    public var scenario: SenderCase
    public var reason: String

    public var description: String { "\(scenario.rawValue): \(reason)" }
}
