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
    /// The item within a line, for showing it.
    /// - Throws: when the line is not an item's.
    public static func item(ofLine line: [UInt8]) throws -> Item {
        var scanner = LineScanner(line)
        guard let head = try? scanner.item() else {
            throw BoundaryError(
                "boundary.damaged-line", "a stored line is not what was received; run `sluice store check`")
        }
        return head.item
    }
}
