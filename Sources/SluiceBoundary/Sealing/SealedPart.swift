public import SluiceSDK

/// What of an item only the internal side can read, carried beside its body.
public struct SealedPart: Sendable, Equatable {
    /// Largest sealed part, in bytes of DER.
    public static let largest = 512 << 10
    /// Largest message that hands over a key: of the kind that `CMS` writes it has some 310 bytes.
    static let largestKey = 4096

    public var scope: SealingScope
    /// One CMS message in DER: to the internal side's key, or to the one that `key` hands over.
    public var bytes: [UInt8]
    /// Where items share a key: the CMS message that hands it over, to the internal side's key. It is the same for all of
    /// them, and stands once in a batch.
    public var key: [UInt8]?

    public init(_ scope: SealingScope, _ bytes: [UInt8], key: [UInt8]? = nil) {
        self.scope = scope
        self.bytes = bytes
        self.key = key
    }

    /// - Parameter messages: one CMS message, or the one with the key and then the other.
    init(_ scope: SealingScope, messages: ArraySlice<UInt8>) {
        let first = DER.length(messages)
        if let first, first < messages.count {
            self.init(scope, Array(messages.dropFirst(first)), key: Array(messages.prefix(first)))
        } else {
            self.init(scope, Array(messages))
        }
    }

    /// With the key's message: all that opening it takes.
    var count: Int { bytes.count + (key?.count ?? 0) }

    /// The recipients' key identifier, when the form is right: all that one can see without the private key.
    /// - Throws: `SealingError` `sealed.form`, `sealed.too-large`.
    @discardableResult
    public func checkForm() throws(SealingError) -> [UInt8] {
        guard count <= Self.largest else {
            throw SealingError("sealed.too-large", "the sealed part has \(count) bytes; at most \(Self.largest)")
        }
        let message = try CMSMessage(bytes[...])
        guard message.length == bytes.count else { throw .form }
        guard let key else { return try message.recipientOrFault() }
        guard message.isForSharedKey else { throw .form }
        return try Self.recipients.of(key)
    }

    /// For people: how much is sealed, and to which key.
    public var summary: String {
        let key = (try? checkForm()).map { SealingKey.fingerprint(of: $0) } ?? "an unknown key"
        return "\(scope.rawValue), \(count) bytes, to \(key)"
    }

    /// As one value in a store: a letter for the scope, then the messages.
    public var stored: [UInt8] { [letter] + messages }

    /// What an item's own line has of it. Without a line for the key the item's has it too, as an older Sluice wrote it.
    func inLine(hasKeyLine: Bool) -> [UInt8] { hasKeyLine ? bytes : messages }

    /// The key's message, where there is one, and then the other.
    private var messages: [UInt8] { key.map { $0 + bytes } ?? bytes }

    /// The same without the key's message, which stands elsewhere.
    var storedAlone: [UInt8] { [letter] + bytes }

    private var letter: UInt8 { scope == .whole ? UInt8(ascii: "w") : UInt8(ascii: "p") }

    /// nil where nothing was sealed.
    public init?(stored: [UInt8]) {
        guard let scope = Self.scope(stored.first) else { return nil }
        self.init(scope, messages: stored.dropFirst())
    }

    /// Of `storedAlone`. An older Sluice stored both messages like this.
    init?(storedAlone: [UInt8]) {
        guard let scope = Self.scope(storedAlone.first) else { return nil }
        self.init(scope, Array(storedAlone.dropFirst()))
    }

    private static func scope(_ letter: UInt8?) -> SealingScope? {
        switch letter {
        case UInt8(ascii: "w"): .whole
        case UInt8(ascii: "p"): .personal
        default: nil
        }
    }

    private static let recipients = KeyRecipients()
}
