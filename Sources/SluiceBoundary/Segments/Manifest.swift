public import SluiceSDK

/// Position in a stream: every batch up to here.
public struct BatchPosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var epoch: Int
    public var batch: Int

    public init(epoch: Int, batch: Int) {
        self.epoch = epoch
        self.batch = batch
    }

    public static let none = BatchPosition(epoch: 0, batch: 0)

    public static func < (left: BatchPosition, right: BatchPosition) -> Bool {
        (left.epoch, left.batch) < (right.epoch, right.batch)
    }

    public var description: String { "\(epoch)/\(batch)" }
}

/// The end of a batch, over which its producer signs.
public struct Manifest: Sendable, Equatable {
    public var producer: String
    public var stream: String
    public var epoch: Int
    public var batch: Int
    /// Numbers of the producer's own items; both 0 when there are none.
    public var first: Int
    public var last: Int
    /// Item lines, the producer's own and those passed on.
    public var count: Int
    /// Lines under the root: header and entries.
    public var lines: Int
    /// SHA-256 over the SHA-256 of every line.
    public var root: [UInt8]
    /// `head` of the batch before; zeros before the first of an epoch.
    public var previous: [UInt8]
    /// SHA-256 of `previous` and `root`.
    public var head: [UInt8]
    /// How far the producer has durably consumed the opposite stream.
    public var ack: BatchPosition
    /// The writer's own place in its outbox behind this batch, so that it knows its own segment again after a crash.
    public var through: Int64
    public var time: Timestamp

    public var position: BatchPosition { BatchPosition(epoch: epoch, batch: batch) }
    /// Nothing but an acknowledgement.
    public var isEmpty: Bool { lines <= 1 }
}
