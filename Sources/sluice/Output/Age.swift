import SluiceSDK

enum Age {
    /// `12s`, `5m`, `3h`, `2d`.
    static func text(from start: Timestamp, to end: Timestamp) -> String {
        let seconds = max(0, Int((end.milliseconds - start.milliseconds) / 1000))
        switch seconds {
        case ..<120: return "\(seconds)s"
        case ..<7200: return "\(seconds / 60)m"
        case ..<172_800: return "\(seconds / 3600)h"
        default: return "\(seconds / 86400)d"
        }
    }
}
