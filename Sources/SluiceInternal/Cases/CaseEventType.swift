/// What an owner can say about its case.
public enum CaseEventType: String, Sendable, CaseIterable {
    case assigned
    case accepted
    case inProgress = "in_progress"
    case feedback
    case reviewed
    case replied
    case returned
    /// From the citizen or a call-back; the owner reports it.
    case evaluated
    case closed

    /// The CloudEvents type under which other handlers hear of it.
    public var cloudEventType: String { "case." + rawValue }
}
