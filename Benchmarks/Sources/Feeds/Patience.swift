import Synchronization

/// How long a feed waits for a zone that takes nothing: a run that stands still ends with an error.
final class Patience: Sendable {
    /// The usual one, in seconds.
    static let usual = 60
    private let seconds: Int
    private let since = Atomic<UInt64>(now())

    init(seconds: Int = Patience.usual) { self.seconds = seconds }

    /// Something was taken.
    func renew() { since.store(now(), ordering: .relaxed) }

    /// - Throws: when nothing was taken for so long; `what` says what stands still.
    func check(_ what: @autoclosure () -> String) throws {
        guard now() - since.load(ordering: .relaxed) > UInt64(seconds) * 1_000_000_000 else { return }
        throw OutOfPatience(description: "\(what()) for \(seconds) s")
    }
}

struct OutOfPatience: Error, CustomStringConvertible {
    var description: String
}
