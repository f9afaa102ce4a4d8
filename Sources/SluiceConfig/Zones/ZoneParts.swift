/// How batches travel over one border, seen from one zone.
public struct BoundaryUse: Sendable, Equatable {
    public enum Kind: String, Sendable, CaseIterable {
        case segments
    }

    public var kind: Kind
    /// The folder this zone writes. As written in the file; relative to the folder that `sluice` runs in.
    public var out: String
    /// The folder this zone reads.
    public var inward: String

    public init(kind: Kind = .segments, out: String, in inward: String) {
        self.kind = kind
        self.out = out
        self.inward = inward
    }
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
