/// What must be at the handler once a workload was sent: a ticket is one event, its revision one more.
struct Expectation: Sendable {
    /// Events of each ticket, by its number; 0 where the record is a repeat or a revision of another.
    let perTicket: [UInt8]
    let tickets: Int
    let events: Int

    init(_ workload: Workload) {
        var perTicket = [UInt8](repeating: 0, count: workload.count)
        for index in 0..<workload.count {
            let ticket = workload.ticket(index)
            switch ticket.kind {
            case .new: perTicket[ticket.number] += 1
            case .repeated: continue
            // The same revision sent twice is absorbed.
            case .revised: perTicket[ticket.number] = 2
            }
        }
        self.perTicket = perTicket
        tickets = perTicket.count { $0 > 0 }
        events = perTicket.reduce(0) { $0 + Int($1) }
    }
}

/// What the handler has seen.
struct Arrival: Sendable {
    /// Of each ticket, by its number; each id counts once.
    var events: [UInt8]
    /// The same event again, under the same id: delivery is at least once.
    var repeated = 0
    /// Events of tickets that a part sends beside its workload.
    var beside = 0
    /// Events of tickets that nobody has sent.
    var unexpected = 0

    init(count: Int) { events = [UInt8](repeating: 0, count: count) }

    var tickets: Int { events.count { $0 > 0 } }
    var total: Int { events.reduce(0) { $0 + Int($1) } }

    /// Sentences about what is not as it must be. A lost event and one too many do not make up for each other.
    func faults(_ expected: Expectation) -> [String] {
        var faults: [String] = []
        let pairs = zip(events, expected.perTicket)
        let (lost, surplus) = (pairs.count { $0 < $1 }, pairs.count { $0 > $1 })
        if lost > 0 { faults.append("of \(lost) tickets the handler has not every event") }
        if surplus > 0 {
            faults.append("of \(surplus) tickets the handler has more events than follow from what was sent")
        }
        if unexpected > 0 { faults.append("\(unexpected) events at the handler are of tickets that nobody sent") }
        return faults
    }
}
