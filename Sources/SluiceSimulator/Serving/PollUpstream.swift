internal import SluiceConfig
internal import SluiceSDK
internal import Synchronization

/// An upstream that is asked: checks who asks, and gives a page of what it has.
final class PollUpstream: SimulatedUpstream {
    private let parts: UpstreamParts
    private let feed: Feed
    private let door: UpstreamDoor
    private let question: PollQuestion
    private let path: String
    /// Where a source without pages and times goes on: it shows what is new, and a little of what was there before.
    private let shown = Mutex(0)
    private static let shownAgain = 5

    /// - Throws: `ConfigIssue`.
    init(_ channel: ChannelFile, _ parts: UpstreamParts) throws {
        self.parts = parts
        let source = channel.source.config
        feed = Feed(parts)
        door = try UpstreamDoor(source.optionalObject("auth"), misbehaviour: parts.misbehaviour)
        question = try PollQuestion(source)
        path = OutgoingRequest(method: "GET", url: try source.string("url")).path
    }

    func fallSilent() { feed.fallSilent() }

    func answer(_ request: PushRequest, host: String) async -> PushResponse? {
        if let login = door.login(request) { return login }
        guard request.path == path else { return nil }
        if let refusal = door.refusal(request) { return refusal }
        if parts.misbehaviour.isSlow {
            parts.books.update(parts.channelID) { $0.faults += 1 }
            _ = await UpstreamParts.pause(seconds: 1)
        }
        if parts.misbehaviour.failsPage {
            parts.books.update(parts.channelID) { $0.faults += 1 }
            return PushResponse(status: 503, headers: [("Retry-After", "1")])
        }
        return page(question.read(request), host: host)
    }

    private func page(_ asked: PollQuestion.Asked, host: String) -> PushResponse {
        let all = feed.matters() ?? []
        let newer = asked.since.map { since in all.filter { $0.updated >= since } } ?? all
        let from = question.style == "none" ? unseen(of: newer) : newer.dropFirst(asked.offset)
        let matters = Array(from.prefix(asked.size))
        let end = asked.offset + matters.count
        let next = end < newer.count && question.style != "none" ? "\(end)" : nil
        parts.books.update(parts.channelID) { line in
            line.offered += matters.count
            line.acknowledged += matters.count
        }
        let page = MessageWriter.Page(total: newer.count, next: next)
        var headers = [(name: "Content-Type", value: parts.writer.contentType)]
        if question.style == "link-header", let next {
            headers.append(("Link", "<http://\(host)\(path)?cursor=\(next)>; rel=\"next\""))
        }
        return PushResponse(status: 200, headers: headers, body: parts.writer.message(matters, page: page))
    }

    private func unseen(of matters: [Matter]) -> ArraySlice<Matter> {
        shown.withLock { shown in
            let start = max(0, min(shown, matters.count) - Self.shownAgain)
            shown = max(shown, matters.count)
            return matters[start...]
        }
    }
}
