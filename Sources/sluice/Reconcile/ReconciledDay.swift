import SluiceExternal
import SluiceInternal
import SluiceRelay

/// One day's ledgers, and sentences about what does not add up.
struct ReconciledDay: Sendable {
    var day: String
    var channels: [ReconciledChannel] = []
    /// By handler: made, delivered, in flight, held back because the handler is paused.
    var deliveries: [(handler: String, made: Int, delivered: Int, inFlight: Int, paused: Int)] = []
    private(set) var insideImbalances: [String] = []

    init(day: String) {
        self.day = day
    }

    var imbalances: [String] {
        channels.flatMap { channel in channel.imbalances.map { "\(day) \(channel.channel): \($0)" } } + insideImbalances
    }

    /// What differs and has its reason; no imbalance.
    var explanations: [String] {
        channels.filter { $0.uncounted > 0 && $0.isOutsideRestored }.map { channel in
            "\(day) \(channel.channel): \(channel.uncounted) items more than the external zone counts were judged: its "
                + "store was restored, and what it counted since its backup is gone"
        }
    }

    mutating func take(_ inside: LedgerDay) {
        insideImbalances = inside.imbalances
        let handlers = Set((inside.counts[.deliveriesMade] ?? [:]).keys).union(inside.deliveriesInFlight.keys)
            .union(inside.deliveriesPaused.keys)
        deliveries = handlers.sorted().map { handler in
            (
                handler, inside.count(.deliveriesMade, handler), inside.count(.deliveriesDelivered, handler),
                inside.deliveriesInFlight[handler] ?? 0, inside.deliveriesPaused[handler] ?? 0
            )
        }
    }
}

/// One channel's share of a day.
struct ReconciledChannel: Sendable {
    var channel: String
    /// The external side's own counts, by entry.
    var records: [String: Int] = [:]
    /// Item attempts at the relay.
    var released = 0
    var held = 0
    var rejected = 0
    var taken = 0
    /// Forwarded, without a verdict yet.
    var waiting = 0
    /// Items that the inside has, each once.
    var admitted = 0
    /// Items that came to the inside again.
    var repeated = 0
    /// The external zone's store was restored, and this day lies between its backup and that.
    var isOutsideRestored = false
    var repliesOffered = 0
    var repliesAcknowledged = 0
    var repliesFailed = 0
    var repliesNotWanted = 0
    var repliesInFlight = 0
    /// Ticket ids that the inside does not know, when something does not add up.
    var missing: [String] = []

    init(channel: String) {
        self.channel = channel
    }

    func record(_ entry: String) -> Int { records[entry] ?? 0 }

    var forwarded: Int { record("new") + record("revised") }
    /// Of the revised: what sources said of tickets they had sent.
    var followUps: Int { FollowUpKind.allCases.reduce(0) { $0 + record($1.rawValue) } }
    var onTheWay: Int { max(0, released - admitted - repeated) }
    /// Judged by the relay and not counted outside.
    var uncounted: Int { max(0, released + held + rejected + waiting - forwarded) }
    var isBalanced: Bool { imbalances.isEmpty }

    var imbalances: [String] {
        var out: [String] = []
        let settled = forwarded + record("absorbed") + record("rejected")
        if record("received") != settled {
            out.append("received \(record("received")) records, but new + revised + absorbed + rejected is \(settled)")
        }
        let judged = released + held + rejected
        if forwarded != judged + waiting, !(isOutsideRestored && uncounted > 0) {
            out.append(
                "forwarded \(forwarded) items, but released \(released) + held \(held) + rejected \(rejected) + waiting \(waiting) "
                    + "is \(judged + waiting)")
        }
        if admitted > released { out.append("admitted \(admitted) items, but only \(released) were released") }
        if taken > admitted + repeated {
            out.append("receipts for \(taken) items, but only \(admitted + repeated) were admitted")
        }
        return out
    }

    mutating func add(_ count: RelayLedger.Count) {
        released += count.released
        held += count.held
        rejected += count.rejected
        taken += count.taken
    }

    mutating func take(_ inside: LedgerDay) {
        admitted =
            inside.admitted(channel) + inside.count(.itemsWaiting, channel) + inside.count(.itemsRefused, channel)
        repeated = inside.count(.itemsRepeated, channel)
        repliesOffered = inside.count(.repliesOffered, channel)
        repliesAcknowledged = inside.count(.repliesAcknowledged, channel)
        repliesFailed = inside.count(.repliesFailed, channel)
        repliesNotWanted = inside.count(.repliesNotWanted, channel)
        repliesInFlight = inside.repliesInFlight[channel] ?? 0
    }
}
