/// A batch whose signature, chain, digests and origins were all found good.
public struct InboundBatch: Sendable {
    public var stream: BoundaryStream
    public var manifest: Manifest
    /// As they stood in the segment.
    public var manifestBytes: [UInt8]
    public var signature: [UInt8]
    /// SHA-256 of every line under the root, one behind the other (32 bytes each).
    public var lineDigests: [UInt8]
    /// In order; from the relay these are other producers' items that it released.
    public var items: [InboundItem]
    /// The relay's, on items of the reader's zone.
    public var verdicts: [Verdict]
    /// From the relay these are the far side's, on items of the reader's zone.
    public var receipts: [InboundReceipt]
    /// Keys that items of this batch share; from the relay there are none, each item there has its own already.
    public var keys: [InboundKey] = []
}

/// A line that hands over a key.
public struct InboundKey: Sendable, Equatable {
    public var line: [UInt8]
    public var lineIndex: Int

    public init(line: [UInt8], lineIndex: Int) { (self.line, self.lineIndex) = (line, lineIndex) }
}

/// An item as it came, with its number at its producer.
public struct InboundItem: Sendable {
    public var item: Item
    /// Who made and signed it, not who passed it on.
    public var producer: String
    public var epoch: Int
    public var number: Int
    /// The line verbatim, and which line of its producer's batch it is (from 0, the header).
    public var line: [UInt8]
    public var lineIndex: Int
    /// The line with the key of what is sealed in it, where that is not in its own.
    public var keyLine: Int?
    /// Where its line says in text what bytes are.
    let spelling: Spelling

    public var range: ItemRange { ItemRange(producer: producer, epoch: epoch, first: number, last: number) }
}

public struct InboundReceipt: Sendable {
    public var receipt: Receipt
    /// Who signed it, not who passed it on.
    public var producer: String
    public var line: [UInt8]
    public var lineIndex: Int
}

extension InboundItem {
    init(
        _ head: LineScanner.ItemHead, _ item: Item, producer: String, epoch: Int, line: [UInt8], lineIndex: Int
    ) {
        (self.item, self.producer, self.epoch, number) = (item, producer, epoch, head.number)
        (self.line, self.lineIndex, keyLine) = (line, lineIndex, head.keyLine)
        spelling = Spelling(
            previousAt: head.previousAt, previous: head.previous, sealedAt: head.sealedAt, digest: head.digest)
    }

    struct Spelling: Sendable {
        var previousAt: Int
        var previous: [UInt8]
        var sealedAt: Int?
        /// In front of the last two bytes.
        var digest: [UInt8]
    }

    /// The item within a line, for showing it.
    /// - Parameter key: fetches the line with its key.
    /// - Throws: when the line is not an item's.
    public static func item(
        ofLine line: [UInt8], key: (Int) throws -> [UInt8]? = { _ in nil }
    ) throws -> Item {
        let head = try head(ofLine: line)
        var item = head.item
        if let keyLine = head.keyLine, let line = try key(keyLine) {
            var scanner = LineScanner(line)
            item.sealed?.key = try? scanner.key()
        }
        return item
    }

    /// Which line of the item's batch has its key; nil where it needs none.
    public static func keyLine(ofLine line: [UInt8]) throws -> Int? { try head(ofLine: line).keyLine }

    private static func head(ofLine line: [UInt8]) throws -> LineScanner.ItemHead {
        var scanner = LineScanner(line)
        guard let head = try? scanner.item() else {
            throw BoundaryError(
                "boundary.damaged-line", "a stored line is not what was received; run `sluice store check`")
        }
        return head
    }
}
