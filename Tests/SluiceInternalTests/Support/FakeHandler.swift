import SluiceSDK
import Synchronization

/// A handler that answers as the test says and remembers what it was sent.
final class FakeHandler: DeliverySender {
    static let spec = PluginSpec("fake", "For tests.", ConfigSpec([]))

    enum Answer: Sendable {
        case taken, refused
        /// Has taken it, and the answer never arrives.
        case hangs
    }

    struct Attempt: Sendable, Equatable {
        var batch: String
        var events: [String]
        /// `A-1 ticket.opened`: the ticket and what happened, in order.
        var said: [String]
        /// `A-1/2`: the ticket and its revision, in order.
        var revisions: [String]
    }

    private let attempted = Mutex<[Attempt]>([])
    private let answer: @Sendable (Int, Attempt) -> Answer

    /// - Parameter answer: what it says to the n-th attempt, from 1.
    init(_ answer: @escaping @Sendable (Int, Attempt) -> Answer = { _, _ in .taken }) {
        self.answer = answer
    }

    init(_ config: Config, handlerID: String) throws {
        answer = { _, _ in .taken }
    }

    var attempts: [Attempt] { attempted.withLock { $0 } }
    /// `A-1 ticket.opened` of everything that was ever sent, in order.
    var said: [String] { attempts.flatMap(\.said) }

    func deliver(_ batch: DeliveryBatch) async throws {
        let events = try batch.events.map { try JSONDocument.parse($0).root }
        let attempt = Attempt(
            batch: batch.id, events: events.map { $0["id"]?.string ?? "" },
            said: events.map { ($0["data"]?["external_id"]?.string ?? "") + " " + ($0["type"]?.string ?? "") },
            revisions: events.map {
                "\($0["data"]?["external_id"]?.string ?? "")/\($0["data"]?["revision"]?.integer ?? 0)"
            })
        let count = attempted.withLock { attempts in
            attempts.append(attempt)
            return attempts.count
        }
        switch answer(count, attempt) {
        case .taken: return
        case .refused: throw PluginError(.retry(after: .zero), "fake.refused", "the handler answers 500")
        case .hangs: try await Task.sleep(for: .seconds(3600))
        }
    }
}
