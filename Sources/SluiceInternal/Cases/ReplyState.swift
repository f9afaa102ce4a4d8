/// Where a reply is on its way back to the source.
public enum ReplyState: String, Sendable, CaseIterable {
    /// Committed with the case event; on its way through the boundary.
    case offered
    /// A person at the relay has to release it.
    case held
    /// The relay did not let it out.
    case refused
    /// The external side has it and sends it.
    case sent
    case acknowledged
    /// The source did not take it; the external side keeps it on its desk.
    case failed
    /// The channel does not want this kind of event back.
    case notWanted = "not_wanted"

    /// True when the source's side has had the last word; only a later word of its own changes that.
    var isSettled: Bool {
        switch self {
        case .acknowledged, .failed, .notWanted, .refused: true
        case .offered, .held, .sent: false
        }
    }

    var ledger: LedgerName? {
        switch self {
        case .acknowledged: .repliesAcknowledged
        case .failed, .refused: .repliesFailed
        case .notWanted: .repliesNotWanted
        case .offered, .held, .sent: nil
        }
    }

    var step: TimelineStep {
        switch self {
        case .offered: .replyOffered
        case .held: .replyHeld
        case .refused: .replyRefused
        case .sent: .replySent
        case .acknowledged: .replyAcknowledged
        case .failed: .replyFailed
        case .notWanted: .replyNotWanted
        }
    }
}
