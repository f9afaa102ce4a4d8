/// One row of the table: an event, the status after it, and the statuses it may come from.
public struct CaseTransition: Sendable {
    public var event: CaseEventType
    public var after: CaseStatus
    public var from: Set<CaseStatus>
}

/// The life cycle of a case: 受理—交办—办理—反馈—审核—回复—评价—监测.
///
/// A value: it is asked what an event leads to, and the caller stores the answer.
public struct CaseState: Sendable, Equatable {
    public var status: CaseStatus

    public init(_ status: CaseStatus = .received) {
        self.status = status
    }

    /// The whole machine. What is not in here is refused.
    public static let table: [CaseTransition] = [
        .init(event: .assigned, after: .assigned, from: [.received, .returned]),
        .init(event: .accepted, after: .inProgress, from: [.received, .assigned]),
        .init(event: .inProgress, after: .inProgress, from: [.received, .assigned]),
        .init(event: .feedback, after: .feedback, from: [.inProgress]),
        .init(event: .reviewed, after: .reviewing, from: [.feedback]),
        .init(event: .replied, after: .replied, from: [.inProgress, .feedback, .reviewing]),
        .init(event: .returned, after: .returned, from: [.received, .assigned, .inProgress]),
        .init(event: .evaluated, after: .evaluated, from: [.replied]),
        .init(event: .closed, after: .closed, from: [.replied, .evaluated]),
    ]

    /// The events that would be taken now, in the order of the table.
    public var allowed: [CaseEventType] {
        Self.table.filter { $0.from.contains(status) }.map(\.event)
    }

    /// - Throws: `CaseTransitionRefused`, which lists what is allowed.
    public func applying(_ event: CaseEventType) throws(CaseTransitionRefused) -> CaseState {
        let row = Self.table.first { $0.event == event && $0.from.contains(status) }
        guard let row else { throw CaseTransitionRefused(event: event, status: status, allowed: allowed) }
        return CaseState(row.after)
    }
}

/// An event that the case's status does not admit.
public struct CaseTransitionRefused: Error, Sendable, Equatable, CustomStringConvertible {
    public var event: CaseEventType
    public var status: CaseStatus
    public var allowed: [CaseEventType]

    public var description: String {
        let next = allowed.isEmpty ? "nothing: the case has ended" : allowed.map(\.rawValue).joined(separator: ", ")
        return "[case.transition] '\(event.rawValue)' is not possible while the case is '\(status.rawValue)'; "
            + "allowed now: \(next)"
    }
}
