internal import SluiceSDK
internal import Synchronization

/// Counts what is in hand, for each channel and over all, and says when it is too much.
final class Admission: Sendable {
    private struct Channel {
        var inHand = 0
        var bucket: TokenBucket?
    }

    private struct Counts {
        var channels: [String: Channel] = [:]
        var bodies = 0
    }

    private let mostBodies: Int
    private let clock: @Sendable () -> Timestamp
    private let counts = Mutex(Counts())

    init(mostBodies: Int, clock: @escaping @Sendable () -> Timestamp) {
        self.mostBodies = mostBodies
        self.clock = clock
    }

    /// - Throws: `PushRefusal` 429 or 503, with Retry-After.
    func enter(_ channelID: String, _ limits: ChannelLimits) throws(PushRefusal) -> InHand {
        let refusal: PushRefusal? = counts.withLock { counts in
            var channel = counts.channels[channelID] ?? Channel()
            defer { counts.channels[channelID] = channel }
            if channel.inHand >= limits.connections {
                return PushRefusal(
                    503, "limit.connections", "too many requests at once; send again later",
                    headers: [("Retry-After", "1")])
            }
            if let rate = limits.rate {
                let now = clock().milliseconds
                if channel.bucket == nil { channel.bucket = TokenBucket(rate: rate, now: now) }
                if let wait = channel.bucket?.take(rate: rate, now: now) {
                    return PushRefusal(
                        429, "limit.rate", "too many requests; send more slowly", headers: [("Retry-After", "\(wait)")])
                }
            }
            channel.inHand += 1
            return nil
        }
        if let refusal { throw refusal }
        return InHand(self, channelID)
    }

    fileprivate func leave(_ channelID: String, bytes: Int) {
        counts.withLock { counts in
            counts.channels[channelID]?.inHand -= 1
            counts.bodies -= bytes
        }
    }

    /// False when memory for bodies is used up.
    fileprivate func grow(by bytes: Int) -> Bool {
        counts.withLock { counts in
            guard counts.bodies + bytes <= mostBodies else { return false }
            counts.bodies += bytes
            return true
        }
    }
}

/// One request in hand; leaving or letting go of it gives its place back.
///
/// Unchecked: what changes is changed by the connection's event loop alone, or by whoever lets go of it last.
final class InHand: @unchecked Sendable {
    private let admission: Admission
    private let channelID: String
    private var bytes = 0
    private var hasLeft = false

    fileprivate init(_ admission: Admission, _ channelID: String) {
        self.admission = admission
        self.channelID = channelID
    }

    deinit { leave() }

    /// Before the answer is written: who has it may come again at once.
    func leave() {
        if hasLeft { return }
        hasLeft = true
        admission.leave(channelID, bytes: bytes)
    }

    func grow(by count: Int) -> Bool {
        guard admission.grow(by: count) else { return false }
        bytes += count
        return true
    }
}
