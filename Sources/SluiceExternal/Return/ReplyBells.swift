internal import SluiceSDK
internal import Synchronization

/// One signal for each channel: there is a reply to send.
final class ReplyBells: Sendable {
    private let signals = Mutex<[String: Signal]>([:])

    func signal(_ channelID: String) -> Signal {
        signals.withLock { signals in
            if let found = signals[channelID] { return found }
            let made = Signal()
            signals[channelID] = made
            return made
        }
    }
}
