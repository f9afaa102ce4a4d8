import SluiceBoundary
import SluiceInternal
import SluiceSDK

/// One day as the internal side alone can judge it: its own ledger against what the external side said it had counted.
struct InsideDay: Sendable {
    var day: String
    var channels: [InsideChannel]
    var inside: LedgerDay?

    var imbalances: [String] {
        channels.flatMap { channel in channel.imbalances.map { "\(day) \(channel.channel): \($0)" } }
            + (inside?.imbalances ?? [])
    }

    var explanations: [String] { channels.compactMap(\.explanation).map { "\(day) \($0)" } }
}

/// One channel's share of a day.
struct InsideChannel: Sendable {
    var channel: String
    /// nil when the outside has not said anything of this day and channel.
    var outside: TallyBody?
    /// Items that the inside has taken, as tickets, revisions or otherwise.
    var taken = 0
    /// Items that the outside calls open and the inside does not have.
    var missing: [TallyBody.OpenItem] = []
    /// When the outside began a new epoch, as after a restore; nil before or without that.
    var outsideRestart: Timestamp?

    var forwarded: Int { (outside?.count(.new) ?? 0) + (outside?.count(.revised) ?? 0) }
    var rejected: Int { outside?.count(.itemsRejected) ?? 0 }
    var held: [TallyBody.OpenItem] { missing.filter { $0.state == .held } }
    /// Forwarded outside, not rejected, not here.
    var gap: Int { forwarded - rejected - taken }
    /// What nobody explains: held items wait for a person, everything else ought to be here.
    var unexplained: Int { gap - held.count }

    var imbalances: [String] {
        guard let outside else {
            return taken == 0 || outsideRestart != nil
                ? [] : ["\(taken) items are here, of which the outside has said nothing yet"]
        }
        var out: [String] = []
        let settled = forwarded + outside.count(.absorbed) + outside.count(.rejected)
        if outside.count(.received) != settled {
            out.append(
                "received \(outside.count(.received)) records, but new + revised + absorbed + rejected is \(settled)")
        }
        if unexplained > 0 { out.append(gapText) }
        if unexplained < 0, outsideRestart == nil {
            out.append("\(-unexplained) items more are here than the outside had forwarded at \(outside.at.rfc3339())")
        }
        return out
    }

    /// What differs and has its reason.
    var explanation: String? {
        guard unexplained < 0, let outsideRestart else { return nil }
        return
            "\(channel): \(-unexplained) items more are here than the outside counts; it began a new epoch, as after a "
            + "restore, at \(outsideRestart.rfc3339())"
    }

    private var gapText: String {
        let lost = missing.filter { $0.state != .held }
        let names = lost.prefix(20).map { "\($0.ticketID) revision \($0.revision) (\($0.state.rawValue))" }
        let named = names.isEmpty ? "the outside has not named them yet" : names.joined(separator: ", ")
        return "\(unexplained) items are on the way or lost: \(named)\(lost.count > 20 ? ", …" : "")"
    }
}
