internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK

/// What the relay and the internal side said became of our items, as ranges of item numbers.
enum ItemFate {
    /// Sent over a one-way link, so long ago that it cannot be sent again: what became of it is never heard here.
    static let unheard = "unheard"

    /// - Returns: false when exactly this was said before.
    @discardableResult
    static func record(
        _ range: ItemRange, fate: String, code: String? = nil, reason: String? = nil, at: Timestamp, in db: Database
    ) throws -> Bool {
        let known = try db.cachedStatement(
            sql: """
                SELECT 1 FROM item_fate WHERE epoch = ? AND last = ? AND first = ? AND fate = ? AND at = ?
                """)
        known.arguments = [range.epoch, range.last, range.first, fate, at.milliseconds]
        if try Row.fetchOne(known) != nil { return false }
        try db.cachedStatement(
            sql: "INSERT INTO item_fate (epoch, first, last, fate, code, reason, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [range.epoch, range.first, range.last, fate, code, reason, at.milliseconds])
        return true
    }

    /// Numbers of a range that are admitted or rejected for good.
    static func settled(_ range: ItemRange, in db: Database) throws -> [ClosedRange<Int>] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT first, last FROM item_fate
                    WHERE epoch = ? AND last >= ? AND first <= ? AND fate IN ('admitted', 'rejected')
                    """), arguments: [range.epoch, range.first, range.last]
        ).map { ($0[0] as Int)...($0[1] as Int) }
    }
}
