internal import Foundation
public import SluiceSDK
internal import Synchronization

/// The internal side's: every private key that is still there, so that what was sealed to an older one opens too.
///
/// The folder is read again when something comes that none of the keys opens.
public final class TicketOpener: Sendable {
    /// UTF-8 bytes that one text may have.
    public let maxText: Int
    private let folder: String
    private let state: Mutex<State>

    private struct State {
        var keys: [[UInt8]: SealingKey]
        var stamp: FileStamp?
        /// Keys that were handed over, by the message that brought them: tickets that share one stand together.
        var shared: [[UInt8]: [UInt8]] = [:]
    }

    private static let mostShared = 256

    /// - Parameter folder: every `*.key` in it is a private key, 0600.
    /// - Throws: `KeyError` for a key that cannot be used or that others can read.
    public init(folder: String, maxText: Int = 65536) throws {
        (self.folder, self.maxText) = (folder, maxText)
        state = Mutex(State(keys: try KeyFiles.sealingKeys(in: folder), stamp: FileStamp(folder)))
    }

    /// Fingerprints of the keys that are there.
    public var fingerprints: [String] { state.withLock { $0.keys.values.map(\.fingerprint).sorted() } }

    /// The whole ticket of an item.
    /// - Throws: `SealingError`, `SchemaViolation` or `JSONFault`, which name rules and fields and never a value.
    public func open(_ item: Item) throws -> IntakeTicket {
        let root = try JSONDocument.parse(item.body, maxDepth: 8).root
        guard let part = item.sealed else { return try IntakeTicket(json: root, maxText: maxText) }
        guard part.count <= SealedPart.largest else {
            throw SealingError("sealed.too-large", "the sealed part is larger than \(SealedPart.largest) bytes")
        }
        let clear = try IntakeTicket(json: root, sealed: part.scope, maxText: maxText)
        return try SealedContent.join(try content(part), to: clear, scope: part.scope, maxText: maxText)
    }

    /// What was sealed by itself: raw messages at rest.
    public func open(_ bytes: [UInt8]) throws -> [UInt8] { try content(SealedPart(.whole, messages: bytes[...])) }

    private func content(_ part: SealedPart) throws -> [UInt8] {
        let message = try CMSMessage(part.bytes[...])
        guard message.length == part.bytes.count else { throw SealingError.form }
        guard let key = part.key else { return try open(message) }
        guard message.isForSharedKey else { throw SealingError.form }
        return try message.opened(with: try sharedKey(key))
    }

    private func open(_ message: consuming CMSMessage) throws -> [UInt8] {
        guard let recipient = message.recipient else { throw SealingError.form }
        guard let key = key(recipient) else {
            throw SealingError.unknownKey(SealingKey.fingerprint(of: recipient))
        }
        return try key.open(message)
    }

    private func sharedKey(_ bytes: [UInt8]) throws -> [UInt8] {
        let name = SHA256.hash(bytes)
        if let known = state.withLock({ $0.shared[name] }) { return known }
        let message = try CMSMessage(bytes[...])
        guard message.length == bytes.count else { throw SealingError.form }
        let key = try open(message)
        guard key.count == 32 else { throw SealingError.form }
        state.withLock { state in
            if state.shared.count >= Self.mostShared { state.shared = [:] }
            state.shared[name] = key
        }
        return key
    }

    private func key(_ recipient: [UInt8]) -> SealingKey? {
        state.withLock { state in
            if let known = state.keys[recipient] { return known }
            let stamp = FileStamp(folder)
            if stamp != state.stamp, let keys = try? KeyFiles.sealingKeys(in: folder) {
                (state.keys, state.stamp) = (keys, stamp)
            }
            return state.keys[recipient]
        }
    }
}
