/// One direction of one border: a folder of segments with one writer and one reader.
public struct BoundaryStream: Sendable, Hashable, CustomStringConvertible {
    /// The producer that writes and signs it: `external`, `relay`, `internal`, or a further external producer's name.
    public let from: String
    public let to: String

    public init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    /// `external-relay`; nil for what names no stream. The relay stands at one end of every stream, the other's name may
    /// hold a hyphen.
    public init?(name: String) {
        if name.hasPrefix("relay-") {
            self.init(from: "relay", to: String(name.dropFirst(6)))
        } else if name.hasSuffix("-relay") {
            self.init(from: String(name.dropLast(6)), to: "relay")
        } else {
            return nil
        }
    }

    public static let externalToRelay = BoundaryStream(from: "external", to: "relay")
    public static let relayToInternal = BoundaryStream(from: "relay", to: "internal")
    public static let internalToRelay = BoundaryStream(from: "internal", to: "relay")
    public static let relayToExternal = BoundaryStream(from: "relay", to: "external")

    /// `external-relay`: the name that stands in every header and manifest, and is signed.
    public var name: String { "\(from)-\(to)" }

    /// The stream whose batches this one acknowledges.
    public var opposite: BoundaryStream { BoundaryStream(from: to, to: from) }

    /// What the relay writes carries verdicts and what others wrote; what the others write carries items of their own.
    public var isFromRelay: Bool { from == "relay" }

    public var description: String { name }
}
