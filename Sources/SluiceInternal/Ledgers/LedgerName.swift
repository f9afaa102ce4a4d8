/// What the internal side counts, each where it happens. The strings stand in internal.db.
public enum LedgerName: String, Sendable, CaseIterable {
    // By channel: what became of released items.
    case itemsOpened = "items.opened"
    case itemsRevised = "items.revised"
    case itemsRepeated = "items.repeated"
    /// Came before the revision that they follow; counted down when they are admitted.
    case itemsWaiting = "items.waiting"
    /// Came after a later revision had been admitted; kept as history.
    case itemsSuperseded = "items.superseded"
    case itemsRefused = "items.refused"

    // By handler: event × handler.
    case deliveriesMade = "deliveries.made"
    case deliveriesDelivered = "deliveries.delivered"
    /// Sent again after a stop between the handler's 2xx and our commit; the handler sees the same id.
    case deliveriesRepeated = "deliveries.repeated"

    // By channel: what went back.
    case repliesOffered = "replies.offered"
    case repliesAcknowledged = "replies.acknowledged"
    case repliesFailed = "replies.failed"
    case repliesNotWanted = "replies.not_wanted"
}
