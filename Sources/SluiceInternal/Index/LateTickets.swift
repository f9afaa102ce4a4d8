internal import GRDB

/// Tickets that an old snapshot has in no run, and memory in runs that came after it: read once, however many are looked
/// for.
struct LateTickets {
    private var tickets = RecentTickets()
    /// `ticket.id`; nil before the first look.
    private var read: Int64?

    func rows(_ key: UInt64) -> [Int64] { tickets.rows(key) }

    /// - Parameter reach: of the runs in memory; they may become more while a snapshot is held.
    mutating func read(through reach: Int64, key: (String) -> UInt64, _ db: Database) throws {
        let start = try read ?? TicketRun.reach(db)
        if start < reach {
            for entry in try TicketEntry.of(db, after: start, through: reach, key: key) {
                tickets.add(entry.row, key: entry.key)
            }
        }
        read = max(start, reach)
    }
}
