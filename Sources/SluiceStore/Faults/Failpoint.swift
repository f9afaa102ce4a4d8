/// A named instant beside a durable step, at which a debug build can be made to end as `kill -9` ends it.
///
/// `SLUICE_FAILPOINT=journal.written` ends the process when it first comes there, `journal.written:3` the third time; a
/// line on standard error says so before. In a release build there is nothing of it but an empty function.
/// `sluice failpoints` lists them with the zones that pass there.
public enum Failpoint: String, CaseIterable, Sendable {
    // Every zone: one group of commits.
    case storeBegun = "store.begun"
    case storeWritten = "store.written"
    case storeSynced = "store.synced"

    // Every zone: a batch goes out. What was acknowledged is let go first.
    case outletSettling = "outlet.settling"
    case outletRemoved = "outlet.removed"
    case segmentCreated = "segment.created"
    case segmentWritten = "segment.written"
    case segmentSynced = "segment.synced"
    case segmentRenamed = "segment.renamed"
    case segmentFolderSynced = "segment.folder-synced"
    case outletRecorded = "outlet.recorded"
    /// Passed only by a process whose predecessor died between `segment.renamed` and `outlet.recorded`.
    case outletAdopting = "outlet.adopting"

    // Every zone: a batch comes in.
    case inletRead = "inlet.read"
    case inletConsumed = "inlet.consumed"
    case inletTaken = "inlet.taken"

    // External, inward.
    case intakeReceived = "intake.received"
    case intakeDecoded = "intake.decoded"
    case journalWritten = "journal.written"
    case journalCommitted = "journal.committed"
    case pushAnswering = "push.answering"
    case fetchAcknowledging = "fetch.acknowledging"
    case fetchAcknowledged = "fetch.acknowledged"
    case tallyWritten = "tally.written"
    case tallySent = "tally.sent"

    // External: a file that a ticket names.
    case attachmentFetched = "attachment.fetched"
    case attachmentKept = "attachment.kept"
    case attachmentQueued = "attachment.queued"

    // External, outward.
    case replyTaken = "reply.taken"
    case replySending = "reply.sending"
    case replySent = "reply.sent"
    case replySettled = "reply.settled"
    case replyPostponed = "reply.postponed"

    // Relay.
    case relayVerified = "relay.verified"
    case relayStored = "relay.stored"
    case relayReleased = "relay.released"
    /// The record in PostgreSQL has it, where there is one, and quarantine.db does not yet.
    case relayRecorded = "relay.recorded"
    case attachmentJudged = "attachment.judged"
    case attachmentDecided = "attachment.decided"

    // Internal, inward.
    case admitWritten = "admit.written"
    case admitReceipted = "admit.receipted"
    case attachmentWhole = "attachment.whole"
    case attachmentTold = "attachment.told"
    case deliveryOpened = "delivery.opened"
    case deliverySending = "delivery.sending"
    case deliverySent = "delivery.sent"
    case deliveryRecorded = "delivery.recorded"
    case deliveryFailed = "delivery.failed"

    // Internal, outward.
    case caseMoved = "case.moved"
    case replyOffered = "reply.offered"
    case caseAnswering = "case.answering"

    /// Not a place but a wrong order: a push is answered before its commit. An observer that does not see what it loses is
    /// no observer.
    case acknowledgeBeforeCommit = "acknowledge-before-commit"

    /// The zones whose processes pass there.
    public var zones: [String] {
        switch self {
        case .attachmentJudged, .attachmentDecided: return ["relay"]
        case .attachmentWhole, .attachmentTold, .replyOffered: return ["internal"]
        default: break
        }
        let name = rawValue
        let isShared = ["store.", "outlet.", "segment.", "inlet."].contains { name.hasPrefix($0) }
        if isShared { return ["external", "relay", "internal"] }
        if name.hasPrefix("relay.") { return ["relay"] }
        let isInternal = ["admit.", "delivery.", "case."].contains { name.hasPrefix($0) }
        return [isInternal ? "internal" : "external"]
    }

    /// A fault on purpose and not an instant: no run passes there by itself.
    public var isControl: Bool { self == .acknowledgeBeforeCommit }

    /// Ends the process here, if it was told to.
    @inlinable
    public func reached() {
        #if DEBUG
            FailpointPlan.armed?.passed(self)
        #endif
    }

    /// Whether a control is switched on.
    @inlinable
    public var isOn: Bool {
        #if DEBUG
            FailpointPlan.armed?.point == self
        #else
            false
        #endif
    }

    /// False in a release build: it has no failpoints.
    public static var areCompiled: Bool {
        #if DEBUG
            true
        #else
            false
        #endif
    }
}
