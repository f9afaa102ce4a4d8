/// What one call takes away: so many events, so many bytes, and one event whatever its size.
struct PullBasket {
    let limit: Int
    let bytes: Int
    private(set) var events: [Int64] = []
    private var filled = 0
    private(set) var isFull: Bool

    init(limit: Int, bytes: Int) {
        self.limit = limit
        self.bytes = bytes
        isFull = limit <= 0
    }

    /// - Returns: false when it no longer goes in; then nothing does.
    mutating func take(_ event: Int64, bytes size: Int) -> Bool {
        guard !isFull, events.isEmpty || filled + size <= bytes else {
            isFull = true
            return false
        }
        events.append(event)
        filled += size
        isFull = events.count >= limit
        return true
    }
}

/// A walk along the waiting events of one handler: one event of a ticket, and what is passed over.
struct PullWalk {
    private(set) var cursor: Int64
    private var held: Set<Int64>
    private(set) var passed = 0
    private var firstPassed: Int64?

    init(cursor: Int64, held: Set<Int64>) {
        self.cursor = cursor
        self.held = held
    }

    /// True when an earlier event of the ticket is out: this one stays.
    mutating func isHeld(event: Int64, ticket: Int64) -> Bool {
        guard held.contains(ticket) else { return false }
        cursor = event
        passed += 1
        if firstPassed == nil { firstPassed = event }
        return true
    }

    mutating func took(event: Int64, ticket: Int64) {
        cursor = event
        held.insert(ticket)
    }

    /// Nothing at or below this event waits any more.
    var lowWater: Int64 { firstPassed.map { $0 - 1 } ?? cursor }
}
