internal import SluiceSDK

/// As many records of a large message as go into one transaction.
struct MessagePart {
    let message: RawMessage
    let digest: [UInt8]
    let receivedAt: Timestamp
    private(set) var records: [ProcessedRecord] = []
    /// What became of the parts before.
    private(set) var before = MessageOutcome()
    /// The raw message, where a part before has stored it.
    private(set) var stored: Int64?
    private var size = 0

    private static let mostRecords = 1_000
    /// Of the records themselves; files may stand in them.
    private static let mostBytes = 4 << 20

    init(_ message: RawMessage, receivedAt: Timestamp) {
        (self.message, self.receivedAt) = (message, receivedAt)
        digest = SHA256.hash(message.bytes)
    }

    var isFull: Bool { records.count >= Self.mostRecords || size >= Self.mostBytes }

    mutating func add(_ record: ProcessedRecord) {
        records.append(record)
        size += record.size
    }

    mutating func begin(after outcome: MessageOutcome, stored: Int64?) {
        before = before + outcome
        self.stored = stored
        records.removeAll(keepingCapacity: true)
        size = 0
    }
}

extension MessageOutcome {
    /// How many rejects are told to the upstream.
    static let reportedRejects = 20

    /// Of two parts of one message, in their order.
    static func + (one: MessageOutcome, other: MessageOutcome) -> MessageOutcome {
        var sum = one
        sum.new += other.new
        sum.revised += other.revised
        sum.absorbed += other.absorbed
        sum.rejected += other.rejected
        sum.ticketIDs += other.ticketIDs
        sum.rejectedRecords += other.rejectedRecords
        sum.rejects += other.rejects.prefix(max(0, reportedRejects - one.rejects.count))
        return sum
    }
}
