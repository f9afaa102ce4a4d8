internal import NIOCore
internal import Synchronization

/// The open connections: how many there may be, and how they end when the listener does.
final class ConnectionRegistry: Sendable {
    private let most: Int
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    init(most: Int) {
        self.most = most
    }

    /// False when there are too many.
    func add(_ channel: any Channel) -> Bool {
        let key = ObjectIdentifier(channel)
        let isTaken = open.withLock { open in
            guard open.count < most else { return false }
            open[key] = channel
            return true
        }
        if isTaken {
            channel.closeFuture.whenComplete { [self] _ in open.withLock { _ = $0.removeValue(forKey: key) } }
        }
        return isTaken
    }

    /// Closes what is idle at once and the rest with its next answer; what lasts longer than `time` is cut.
    func quiesce(within time: Duration) async {
        let channels = open.withLock { Array($0.values) }
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            // On the loop, so that the end of the last answer cannot pass it.
            let cut = channel.eventLoop.scheduleTask(in: .nanoseconds(time.nanoseconds)) { channel.close(promise: nil) }
            channel.closeFuture.whenComplete { _ in cut.cancel() }
        }
        for channel in channels { try? await channel.closeFuture.get() }
    }
}
