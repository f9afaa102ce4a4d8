internal import SluiceBoundary

/// One way through the relay.
enum Direction: Sendable, CaseIterable {
    /// From the external network to the internal one.
    case inward
    /// Replies and status, back out.
    case outward

    /// What is read.
    var source: BoundaryStream { self == .inward ? .externalToRelay : .internalToRelay }
    /// Where released items and receipts go on.
    var onward: BoundaryStream { self == .inward ? .relayToInternal : .relayToExternal }
    /// Where verdicts go back to.
    var back: BoundaryStream { source.opposite }

    static func of(producer: String) -> Direction? {
        allCases.first { $0.source.from == producer }
    }
}
