/// How batches travel over one border, seen from one zone.
public struct BoundaryUse: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case segments, postgres
    }

    public var kind: Kind
    /// The folder this zone writes. As written in the file; relative to the folder that `sluice` runs in.
    public var out: String
    /// The folder this zone reads.
    public var inward: String
    /// A link that carries files away from here and brings none.
    public var oneWay: OneWayUse?
    /// For `postgres`, where there are no folders.
    public var database: DatabaseUse?

    public init(out: String, in inward: String, oneWay: OneWayUse? = nil) {
        kind = .segments
        self.out = out
        self.inward = inward
        self.oneWay = oneWay
    }

    public init(_ database: DatabaseUse) {
        (kind, out, inward) = (.postgres, "", "")
        self.database = database
    }
}

/// How long batches stay where nobody acknowledges them, and how often they are laid out again.
public struct OneWayUse: Sendable, Equatable {
    public var history: Duration
    public var interval: Duration
}

/// Where alerts go beside the log and the alert table.
public struct AlertTarget: Sendable {
    public var webhook: String
    /// A secret, never print it.
    public var secret: String?

    public init(webhook: String, secret: String?) {
        self.webhook = webhook
        self.secret = secret
    }
}
