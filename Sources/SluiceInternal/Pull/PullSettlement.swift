/// What became of the ids that a handler acknowledged.
public struct PullSettlement: Sendable, Equatable {
    public var acknowledged = 0
    /// Acknowledged before: nothing changed.
    public var repeated = 0
    /// Never given to this handler.
    public var unknown: [String] = []
}

/// A handler asked for its events and does not get them this way.
public struct PullError: Error, Sendable, CustomStringConvertible {
    /// A stable short label.
    public var code: String
    /// What to do instead.
    public var reason: String

    public var description: String { "[\(code)] \(reason)" }

    static let isPushed = PullError(
        code: "pull.not-configured",
        reason: "this handler's events are delivered to it; write 'deliver: { type: pull }' in its file to fetch them")
}
