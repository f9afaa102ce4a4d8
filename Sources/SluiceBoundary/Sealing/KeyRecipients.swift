internal import SluiceSDK
internal import Synchronization

/// Whom messages with keys are for. Hundreds of items share one, so that the latest is read once.
final class KeyRecipients: Sendable {
    private let latest = Mutex<(message: [UInt8], recipient: [UInt8])?>(nil)

    func of(_ message: [UInt8]) throws(SealingError) -> [UInt8] {
        if let known = latest.withLock({ $0?.message == message ? $0?.recipient : nil }) { return known }
        let read = try CMSMessage(message[...])
        guard read.length == message.count else { throw .form }
        let recipient = try read.recipientOrFault()
        latest.withLock { $0 = (message, recipient) }
        return recipient
    }
}
