/// What a source says later of a ticket that it has sent.
public enum FollowUpKind: String, Sendable, CaseIterable {
    /// 撤回
    case withdrawn
    /// 补充
    case supplemented
    /// 催办
    case urged
}
