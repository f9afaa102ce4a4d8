internal import GRDB
internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK

/// The rules that hold a ticket against what its channel has sent before, in the transaction that stores the batch.
struct HabitRules: Sendable {
    private let rules: [(number: Int, rule: HoldRule)]

    /// Hours that a habit is made of.
    private static let memory = 14 * 24
    /// Before so many hours nothing is known of a channel's habit.
    private static let leastHistory = 24

    init(_ rules: [HoldRule]) {
        self.rules = rules.enumerated().filter { $1.probation != nil || $1.rate != nil }.map { ($0 + 1, $1) }
    }

    /// Counts what came, and holds what would have been released and a rule is against.
    func apply(_ items: [InboundItem], _ findings: [Finding], at now: Timestamp, _ db: Database) throws -> [Finding] {
        var findings = findings
        let hour = Int(now.milliseconds / 3_600_000)
        var habits: [String: ChannelHabit] = [:]
        for (index, inbound) in items.enumerated() where inbound.item.kind.isTicket && findings[index].isKnownChannel {
            let channel = inbound.item.channelID
            var habit = try habits[channel] ?? ChannelHabit(channel, hour: hour, at: now, db)
            habit.count()
            if findings[index].decision == .released, let held = check(habit) { findings[index] = held }
            habits[channel] = habit
        }
        for habit in habits.values { try habit.save(forgettingBefore: hour - Self.memory, db) }
        return findings
    }

    private func check(_ habit: ChannelHabit) -> Finding? {
        for (number, rule) in rules where rule.covers(habit.channelID) {
            if let first = rule.probation, habit.tickets <= first {
                return .held(
                    "hold.probation", "rule \(number): ticket \(habit.tickets) of the first \(first) of this channel")
            }
            guard let rate = rule.rate, let average = habit.average(over: Self.memory, atLeast: Self.leastHistory)
            else {
                continue
            }
            let most = max(rate.least, Int((Double(rate.times) * average).rounded(.up)))
            if habit.thisHour > most {
                return .held(
                    "hold.rate",
                    "rule \(number): ticket \(habit.thisHour) of this hour, where \(most) would be \(rate.times) times the habit"
                )
            }
        }
        return nil
    }
}

extension Finding {
    /// A name that the relay does not know is the producer's invention: nothing is counted under it.
    fileprivate var isKnownChannel: Bool { code != "channel.unknown" }
}

/// What a channel has sent so far.
struct ChannelHabit {
    let channelID: String
    private let hour: Int
    private let since: Timestamp
    /// All that ever came.
    private(set) var tickets: Int
    private(set) var thisHour: Int
    /// In the hours before this one that are remembered.
    private let before: Int
    private var added = 0

    init(_ channelID: String, hour: Int, at now: Timestamp, _ db: Database) throws {
        (self.channelID, self.hour) = (channelID, hour)
        let seen = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT tickets, since FROM channel_seen WHERE channel_id = ?"),
            arguments: [channelID])
        tickets = (seen?[0] as Int?) ?? 0
        since = Timestamp(milliseconds: (seen?[1] as Int64?) ?? now.milliseconds)
        let hours = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT coalesce(sum(tickets) FILTER (WHERE hour = ?2), 0),
                        coalesce(sum(tickets) FILTER (WHERE hour < ?2), 0)
                    FROM channel_hour WHERE channel_id = ?1
                    """), arguments: [channelID, hour])
        thisHour = (hours?[0] as Int?) ?? 0
        before = (hours?[1] as Int?) ?? 0
    }

    mutating func count() {
        tickets += 1
        thisHour += 1
        added += 1
    }

    /// Tickets in an hour; nil while too little is known.
    func average(over most: Int, atLeast least: Int) -> Double? {
        let hours = min(most, hour - Int(since.milliseconds / 3_600_000))
        return hours < least ? nil : Double(before) / Double(hours)
    }

    func save(forgettingBefore oldest: Int, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO channel_seen (channel_id, tickets, since) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET tickets = excluded.tickets
                """
        ).execute(arguments: [channelID, tickets, since.milliseconds])
        try db.cachedStatement(
            sql: """
                INSERT INTO channel_hour (channel_id, hour, tickets) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET tickets = tickets + excluded.tickets
                """
        ).execute(arguments: [channelID, hour, added])
        try db.cachedStatement(sql: "DELETE FROM channel_hour WHERE channel_id = ? AND hour < ?")
            .execute(arguments: [channelID, oldest])
    }
}
