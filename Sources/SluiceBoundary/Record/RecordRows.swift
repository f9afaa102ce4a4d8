public import SluiceSDK

/// What one transaction of the relay adds to the quarantine's record.
public struct RecordRows: Sendable {
    public struct Batch: Sendable {
        public var stream: String
        public var position: BatchPosition
        public var receivedAt: Timestamp
        public var manifest: [UInt8]
        public var signature: [UInt8]
        public var digests: [UInt8]
        /// Lines that hand over keys, each behind its index; empty where no item needs one.
        public var keys: [UInt8]

        public init(
            stream: String, position: BatchPosition, receivedAt: Timestamp, manifest: [UInt8], signature: [UInt8],
            digests: [UInt8], keys: [UInt8] = []
        ) {
            (self.stream, self.position, self.receivedAt) = (stream, position, receivedAt)
            (self.manifest, self.signature, self.digests, self.keys) = (manifest, signature, digests, keys)
        }
    }

    /// Of the batch.
    public struct Item: Sendable {
        public var lineIndex: Int
        public var producer: String
        public var epoch: Int
        public var number: Int
        public var itemID: String
        public var attempt: Int
        public var channelID: String
        public var kind: String
        public var createdAt: Timestamp
        /// False where it goes over a one-way link, which brings none.
        public var awaitsReceipt: Bool
        /// Verbatim; empty once it was erased.
        public var line: [UInt8]

        public var range: ItemRange { ItemRange(producer: producer, epoch: epoch, first: number, last: number) }

        public init(
            lineIndex: Int, producer: String, epoch: Int, number: Int, itemID: String, attempt: Int, channelID: String,
            kind: String, createdAt: Timestamp, awaitsReceipt: Bool, line: [UInt8]
        ) {
            (self.lineIndex, self.producer, self.epoch, self.number) = (lineIndex, producer, epoch, number)
            (self.itemID, self.attempt, self.channelID, self.kind) = (itemID, attempt, channelID, kind)
            (self.createdAt, self.awaitsReceipt, self.line) = (createdAt, awaitsReceipt, line)
        }
    }

    /// Of the batch.
    public struct Receipt: Sendable {
        public var lineIndex: Int
        public var range: ItemRange
        public var at: Timestamp
        public var line: [UInt8]

        public init(lineIndex: Int, range: ItemRange, at: Timestamp, line: [UInt8]) {
            (self.lineIndex, self.range, self.at, self.line) = (lineIndex, range, at, line)
        }
    }

    public struct Decision: Sendable {
        public var verdict: Verdict
        /// A later one, on one item that the checks had judged before.
        public var isLate: Bool

        public init(_ verdict: Verdict, isLate: Bool) { (self.verdict, self.isLate) = (verdict, isLate) }
    }

    /// Items with one of these ids that were made by a time.
    public struct ErasedIDs: Sendable {
        var ids: [String]
        var time: Timestamp

        public init(_ ids: [String], madeBy time: Timestamp) { (self.ids, self.time) = (ids, time) }
    }

    public var batch: Batch?
    public var items: [Item] = []
    public var receipts: [Receipt] = []
    public var decisions: [Decision] = []
    /// Items whose lines are taken away, by their numbers.
    public var erased: [ItemRange] = []
    /// The same by their ids, whatever their numbers are.
    public var erasedIDs: ErasedIDs?

    public init() {}

    public var isEmpty: Bool { batch == nil && decisions.isEmpty && !erases }
    var erases: Bool { !erased.isEmpty || erasedIDs != nil }
}
