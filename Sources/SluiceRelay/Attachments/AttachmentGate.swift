internal import SluiceBoundary
public import SluiceConfig

/// What files the relay lets pass.
public struct AttachmentGate: Sendable {
    public var size = 20 << 20
    public var types = Set(MediaKind.usual)
    /// nil: nothing is scanned.
    public var scan: AttachmentLimits.Scan?

    public init() {}

    public init(_ limits: AttachmentLimits) {
        size = limits.size
        if let types = limits.types { self.types = Set(types) }
        scan = limits.scan
    }
}
