internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK

/// When a reply is sent again, and when a person has to look.
struct ReplyPolicy: Sendable {
    var attempts = 50
    var backoff = Backoff(first: .seconds(1), most: .seconds(300))
    var onUnknown = ReplyUse.Unknown.resend
}

extension ReplyPolicy {
    init(_ use: ReplyUse) {
        attempts = use.attempts
        backoff = Backoff(first: use.firstPause, most: use.longestPause)
        onUnknown = use.onUnknown
    }
}

/// How a reply ended.
enum ReplyResult: Sendable {
    case acknowledged(SourceAnswer)
    case failed(String)
    case notWanted

    var state: NoticeBody.ReplyNotice.State {
        switch self {
        case .acknowledged: .acknowledged
        case .failed: .failed
        case .notWanted: .notWanted
        }
    }

    var status: Int? {
        if case .acknowledged(let answer) = self { return answer.status }
        return nil
    }

    var excerpt: String? {
        if case .acknowledged(let answer) = self { return answer.excerpt }
        return nil
    }

    var error: String? {
        if case .failed(let reason) = self { return reason }
        return nil
    }
}
