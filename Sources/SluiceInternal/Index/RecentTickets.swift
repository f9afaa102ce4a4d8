/// Tickets that no run holds yet, in memory: a key and the rows that may be meant by it.
struct RecentTickets {
    private var first: [UInt64: Int64] = [:]
    /// Of ids that share a key, and of rows that were undone and given to another ticket.
    private var others: [UInt64: [Int64]] = [:]

    var count: Int { first.count }

    mutating func add(_ row: Int64, key: UInt64) {
        guard let known = first[key] else { return first[key] = row }
        if known != row, others[key]?.contains(row) != true { others[key, default: []].append(row) }
    }

    func rows(_ key: UInt64) -> [Int64] {
        guard let row = first[key] else { return [] }
        return [row] + (others[key] ?? [])
    }

    /// Forgets the rows up to this one.
    mutating func drop(through last: Int64) {
        let kept = others.mapValues { $0.filter { $0 > last } }
        others = [:]
        first = first.filter { $0.value > last }
        for (key, rows) in kept { for row in rows { add(row, key: key) } }
    }
}
