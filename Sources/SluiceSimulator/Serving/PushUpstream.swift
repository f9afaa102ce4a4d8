internal import CurlKit
internal import SluiceConfig
internal import SluiceSDK

/// An upstream that calls us: signs as the channel's `auth` says, reads the answer, tries again when there is none.
struct PushUpstream: SimulatedUpstream {
    private let parts: UpstreamParts
    private let path: String
    private let method: String
    private let signature: OutgoingAuth?
    /// Standard Webhooks; nil where another proof is asked for.
    private let webhookKey: [UInt8]?

    private static let attempts = 5
    /// Every so many messages are sent twice, as real systems do.
    private static let repeatedEvery = 25

    /// - Throws: `ConfigIssue`.
    init(_ channel: ChannelFile, _ parts: UpstreamParts) throws {
        self.parts = parts
        let config = channel.source.config
        path = try config.string("path")
        method = try config.strings("methods").first ?? "POST"
        let auth = config.optionalObject("auth")
        if let auth, try auth.string("type") == "standard-webhooks" {
            let secret = try auth.strings("secret").first ?? ""
            webhookKey = Base64.decode(secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret)
            signature = nil
        } else {
            webhookKey = nil
            signature = try OutgoingAuth(auth)
        }
    }

    func offer(to gateway: String) async {
        let size = parts.writer.file.batch
        for count in 1... {
            let matters = parts.make(size)
            parts.books.update(parts.channelID) { $0.matters += size }
            await send(matters, to: gateway)
            if count % Self.repeatedEvery == 0 { await send(matters, to: gateway) }
            if parts.misbehaviour.changesRecord { await send(matters.map(\.changed), to: gateway) }
            if parts.misbehaviour.sendsGarbage { await sendGarbage(matters, to: gateway) }
            guard await UpstreamParts.pause(seconds: Double(size) / parts.rate) else { return }
        }
    }

    private func send(_ matters: [Matter], to gateway: String) async {
        await deliver(parts.writer.message(matters), count: matters.count, to: gateway)
    }

    /// A message of which nothing can be read is one reject.
    private func sendGarbage(_ matters: [Matter], to gateway: String) async {
        guard parts.writer.format != "ndjson", parts.writer.format != "form" else { return }
        parts.books.update(parts.channelID) { $0.faults += 1 }
        await deliver(parts.misbehaviour.garbage(parts.writer.message(matters)), count: 1, to: gateway)
    }

    private func deliver(_ body: [UInt8], count: Int, to gateway: String) async {
        for attempt in 1...Self.attempts {
            let status = await post(body, to: gateway)
            if let status, (200..<300).contains(status) || status == 422 {
                return parts.books.update(parts.channelID) { line in
                    line.offered += count
                    if status != 422 { line.acknowledged += count }
                }
            }
            if attempt == Self.attempts || Task.isCancelled { break }
            guard await UpstreamParts.pause(seconds: 1) else { break }
        }
        parts.books.update(parts.channelID) { $0.refusedMessages += 1 }
    }

    /// In a task of its own: who has begun to send hears the answer, however soon the simulation ends.
    private func post(_ body: [UInt8], to gateway: String) async -> Int? {
        await Task {
            var request = OutgoingRequest(
                method: method, url: gateway + path, headers: [("Content-Type", parts.writer.contentType)], body: body)
            sign(&request)
            let sent = CurlRequest(request.method, request.url, headers: request.headers, body: request.body)
            return try? await CurlClient.shared.perform(sent).status
        }.value
    }

    private func sign(_ request: inout OutgoingRequest) {
        let now = parts.clock()
        guard let webhookKey else {
            signature?.apply(to: &request, now: now, nonce: Hex.encode(secureRandomBytes(8)))
            return
        }
        let id = "msg_" + Hex.encode(secureRandomBytes(8))
        let signed = hmacSHA256(key: webhookKey, Array("\(id).\(now.seconds).".utf8) + request.body)
        request.setHeader("webhook-id", id)
        request.setHeader("webhook-timestamp", "\(now.seconds)")
        request.setHeader("webhook-signature", "v1," + Base64.encode(signed))
    }
}

extension Matter {
    /// The same matter after its reporter added a word.
    var changed: Matter {
        var copy = self
        copy.text += text.isEmpty ? "" : "（补充：问题仍未解决，请尽快处理。）"
        copy.updated = Timestamp(milliseconds: updated.milliseconds + 1000)
        return copy
    }
}
