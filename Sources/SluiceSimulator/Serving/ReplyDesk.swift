internal import SluiceConfig
internal import SluiceSDK

/// Where replies to one channel arrive: its reply's own address, proof and answer.
struct ReplyDesk: SimulatedUpstream {
    private let channelID: String
    private let books: SimulatorBooks
    private let method: String
    /// Segments of the path; nil where a placeholder stands.
    private let segments: [String?]
    private let door: UpstreamDoor
    private let answer: PushResponse

    /// nil for a channel whose replies do not go by HTTP.
    /// - Throws: `ConfigIssue`.
    init?(_ channel: ChannelFile, _ parts: UpstreamParts) throws {
        guard let sender = channel.reply?.sender, sender.type == "http" else { return nil }
        (channelID, books) = (channel.id, parts.books)
        method = try sender.config.optionalString("method") ?? "POST"
        let path = OutgoingRequest(method: method, url: try sender.config.string("url")).path
        segments = path.split(separator: "/").map { $0.contains("{") ? nil : String($0) }
        door = try UpstreamDoor(sender.config.optionalObject("auth"), misbehaviour: parts.misbehaviour)
        answer = Self.answer(sender.config, parts.writer.file)
    }

    func answer(_ request: PushRequest, host: String) async -> PushResponse? {
        if let login = door.login(request) { return login }
        guard request.method == method, isMine(request.path) else { return nil }
        if let refusal = door.refusal(request) {
            books.update(channelID) { $0.strangeReplies += 1 }
            return refusal
        }
        let id = request.header("idempotency-key") ?? Hex.encode(SHA256.hash(request.body))
        books.enter(reply: id, of: channelID)
        return answer
    }

    private func isMine(_ path: String) -> Bool {
        let given = path.split(separator: "/")
        return given.count == segments.count
            && zip(given, segments).allSatisfy { part, wanted in wanted.map { $0 == part } ?? true }
    }

    private static func answer(_ config: Config, _ file: UpstreamFile) -> PushResponse {
        if let text = file.answer {
            let type = text.hasPrefix("<") ? "text/xml; charset=utf-8" : "application/json"
            return PushResponse(status: 200, headers: [("Content-Type", type)], body: Array(text.utf8))
        }
        var tree = JSONTree.object([])
        if let success = config.optionalObject("success") { MessageWriter.putSuccess(success, into: &tree) }
        return PushResponse.json(tree.text)
    }
}
