/// How far a commit is carried before it returns. The zones know `full` alone; `normal` stands here for the test that
/// shows what it loses when the power fails.
enum StoreDurability: String {
    case full = "FULL"
    case normal = "NORMAL"

    /// As `PRAGMA synchronous` answers.
    var level: Int {
        switch self {
        case .full: 2
        case .normal: 1
        }
    }
}
