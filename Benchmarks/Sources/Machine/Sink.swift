import Synchronization

/// The handler: takes every batch with 204, keeps the ids that it has seen, and notes when each ticket was first seen.
final class Sink: Sendable {
    let sent: Moments
    let arrived: Moments
    /// Of the workload's tickets, each id once.
    let events = Atomic<Int>(0)
    private let lastArrival = Atomic<UInt64>(0)
    private let books: Mutex<Books>
    private let scanner: EventScanner
    private let listener: Listener

    private struct Books {
        var ids: Set<UInt64> = []
        var arrival: Arrival
    }

    /// - Parameter beside: how the numbers begin of tickets that are sent beside the workload; nil: there are none.
    init(sent: Moments, beside: String? = nil) throws {
        self.sent = sent
        arrived = Moments(count: sent.count)
        books = Mutex(Books(arrival: Arrival(count: sent.count)))
        scanner = EventScanner(beside: beside.map { Array($0.utf8) })
        listener = try Listener()
    }

    var port: Int { listener.port }
    /// When the last event came that had not come before.
    var lastMoment: UInt64 { lastArrival.load(ordering: .relaxed) }
    /// What has come so far.
    var arrival: Arrival { books.withLock(\.arrival) }

    func start() {
        let answer = Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)
        listener.start { [self] socket in
            while let message = try socket.message() {
                note(message.body)
                try socket.write(answer)
            }
        }
    }

    private func note(_ body: ArraySlice<UInt8>) {
        let found = scanner.events(of: body)
        let moment = now()
        let new = books.withLock { books in found.count { note($0, at: moment, in: &books) } }
        guard new > 0 else { return }
        events.add(new, ordering: .relaxed)
        lastArrival.store(moment, ordering: .relaxed)
    }

    /// - Returns: whether it is a new event of a ticket of the workload.
    private func note(_ event: EventScanner.Event, at moment: UInt64, in books: inout Books) -> Bool {
        guard books.ids.insert(event.digest).inserted else {
            books.arrival.repeated += 1
            return false
        }
        switch event.subject {
        case .ticket(let number) where (0..<sent.count).contains(number):
            if arrived[number] == 0 { arrived[number] = moment }
            books.arrival.events[number] &+= 1
            return true
        case .beside: books.arrival.beside += 1
        case .ticket, .unknown: books.arrival.unexpected += 1
        }
        return false
    }
}
