/// Where a case stands. The words are the canonical ticket's.
public enum CaseStatus: String, Sendable, CaseIterable {
    case received
    case assigned
    case inProgress = "in_progress"
    case feedback
    case reviewing
    case replied
    case evaluated
    case closed
    case returned

    public var labelZH: String {
        switch self {
        case .received: "受理"
        case .assigned: "交办"
        case .inProgress: "办理"
        case .feedback: "反馈"
        case .reviewing: "审核"
        case .replied: "回复"
        case .evaluated: "评价"
        case .closed: "办结"
        case .returned: "退回"
        }
    }
}
