internal import SluiceBoundary

/// What the checks say about one item.
struct Finding: Sendable, Equatable {
    var decision: Verdict.Decision
    /// A stable short label, listed in docs/decisions/0003-segments.md.
    var code: String
    /// For people; it names fields and rules, never values.
    var reason: String
    /// What the item carries a piece of; the file as a whole is judged once it is here.
    var piece: AttachmentPiece?

    static let released = Finding(decision: .released, code: "ok", reason: "all checks passed")

    static func rejected(_ code: String, _ reason: String) -> Finding {
        Finding(decision: .rejected, code: code, reason: reason)
    }

    static func held(_ code: String, _ reason: String) -> Finding {
        Finding(decision: .held, code: code, reason: reason)
    }
}
