public import SluiceSDK

/// What of an item only the internal side can read, carried beside its body.
///
/// `bytes` is one CMS message in DER, or two: then the first, to the internal side's key, holds a symmetric key that
/// opens the second, and several items made of one raw message share it.
public struct SealedPart: Sendable, Equatable {
    /// Largest sealed part, in bytes of DER.
    public static let largest = 512 << 10

    public var scope: SealingScope
    public var bytes: [UInt8]

    public init(_ scope: SealingScope, _ bytes: [UInt8]) {
        self.scope = scope
        self.bytes = bytes
    }

    /// The recipients' key identifier, when the form is right: all that one can see without the private key.
    /// - Throws: `SealingError` `sealed.form`, `sealed.too-large`.
    @discardableResult
    public func checkForm() throws(SealingError) -> [UInt8] {
        guard bytes.count <= Self.largest else {
            throw SealingError("sealed.too-large", "the sealed part has \(bytes.count) bytes; at most \(Self.largest)")
        }
        let first = try CMSMessage(bytes[...])
        guard let recipient = first.recipient, recipient.count == 20 else { throw .form }
        if first.length < bytes.count {
            let second = try CMSMessage(bytes[first.length...])
            guard second.isForSharedKey, first.length + second.length == bytes.count else { throw .form }
        }
        return recipient
    }

    /// For people: how much is sealed, and to which key.
    public var summary: String {
        let key = (try? checkForm()).map { SealingKey.fingerprint(of: $0) } ?? "an unknown key"
        return "\(scope.rawValue), \(bytes.count) bytes, to \(key)"
    }

    /// As one value in a store: a letter for the scope, then the bytes.
    public var stored: [UInt8] { [scope == .whole ? UInt8(ascii: "w") : UInt8(ascii: "p")] + bytes }

    /// nil where nothing was sealed.
    public init?(stored: [UInt8]) {
        switch stored.first {
        case UInt8(ascii: "w"): scope = .whole
        case UInt8(ascii: "p"): scope = .personal
        default: return nil
        }
        bytes = Array(stored.dropFirst())
    }
}
