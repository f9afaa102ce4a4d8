internal import SluiceSDK

/// Reads the entries of a segment whose frame is good, and proves where passed-on lines come from.
struct SegmentEntries {
    private let envelope: SegmentEnvelope
    private let origins: [String: VerifyingKey]
    private(set) var batch: InboundBatch
    /// Digest of the stream's last item, and the number of its next one.
    private(set) var itemHead: [UInt8]
    private(set) var nextNumber: Int
    private let firstNumber: Int
    /// Messages that hand over keys, by their line in the batch that is being read, their own or an origin's.
    private var keys: [Int: [UInt8]] = [:]

    init(
        _ envelope: SegmentEnvelope, itemHead: [UInt8], nextNumber: Int, origins: [String: VerifyingKey]
    ) throws(ChainBreak) {
        self.envelope = envelope
        self.origins = origins
        self.itemHead = itemHead
        self.nextNumber = nextNumber
        firstNumber = nextNumber
        batch = InboundBatch(
            stream: envelope.stream, manifest: envelope.manifest, manifestBytes: envelope.manifestBytes,
            signature: envelope.signature, lineDigests: envelope.lineDigests, items: [], verdicts: [], receipts: [])
        var index = 0
        while index < envelope.entries.count { index = try readEntry(index) }
        try checkCounts()
    }

    /// Reads the entry at `index`, an origin with all its lines; returns the index of the next one.
    private mutating func readEntry(_ index: Int) throws(ChainBreak) -> Int {
        do {
            var scanner = LineScanner(envelope.bytes, in: envelope.entries[index])
            switch (EntryType(scanner), envelope.stream.isFromRelay) {
            case (.item, false): try readItem(&scanner, index)
            case (.key, false):
                keys[index + 1] = try scanner.key()
                batch.keys.append(InboundKey(line: line(index), lineIndex: index + 1))
            case (.receipt, false):
                batch.receipts.append(
                    InboundReceipt(
                        receipt: try scanner.receipt(), producer: envelope.stream.from, line: line(index),
                        lineIndex: index + 1))
            case (.verdict, true): batch.verdicts.append(try scanner.verdict())
            case (.origin, true):
                let origin = try scanner.origin(mostLines: SegmentLimits.producer.lines)
                return try readPassage(origin, at: index)
            default: throw scanner.fault("an entry that this stream may carry")
            }
        } catch let error as LineFault {
            throw refused(
                "boundary.malformed", index, "at byte \(error.offset) of the segment: \(error.wanted) was expected")
        } catch let error as ChainBreak {
            throw error
        } catch {
            throw refused("boundary.malformed", index, "\(error)")
        }
        return index + 1
    }

    private enum EntryType {
        case item, key, receipt, verdict, origin, unknown

        init(_ scanner: LineScanner) {
            var scanner = scanner
            if scanner.take("{\"type\":\"item\",") {
                self = .item
            } else if scanner.take("{\"type\":\"key\",") {
                self = .key
            } else if scanner.take("{\"type\":\"receipt\",") {
                self = .receipt
            } else if scanner.take("{\"type\":\"verdict\",") {
                self = .verdict
            } else {
                self = scanner.take("{\"type\":\"origin\",") ? .origin : .unknown
            }
        }
    }

    private mutating func readItem(_ scanner: inout LineScanner, _ index: Int) throws {
        let head = try scanner.item()
        guard head.number == nextNumber else {
            throw refused("boundary.bad-number", index, "item \(head.number) stands where \(nextNumber) belongs")
        }
        guard head.previous == itemHead else {
            throw refused("boundary.bad-item-chain", index, "item \(head.number) does not continue the one before it")
        }
        itemHead = head.digest
        nextNumber += 1
        batch.items.append(
            InboundItem(
                head, try whole(head, scanner), producer: envelope.stream.from, epoch: envelope.manifest.epoch,
                line: line(index), lineIndex: index + 1))
    }

    /// With its key, which stands in front of it.
    private func whole(_ head: LineScanner.ItemHead, _ scanner: LineScanner) throws(LineFault) -> Item {
        guard let keyLine = head.keyLine else { return head.item }
        guard let key = keys[keyLine] else {
            let who = envelope.stream.isFromRelay ? ", which whoever passed the item on left out," : ""
            throw scanner.fault("the key that the item names as line \(keyLine) of its batch\(who) in front of it")
        }
        var item = head.item
        item.sealed?.key = key
        return item
    }

    private mutating func readPassage(_ origin: LineScanner.Origin, at index: Int) throws -> Int {
        let manifest = origin.manifest
        let source = BoundaryStream(from: manifest.producer, to: envelope.stream.from)
        guard let key = origins[manifest.producer], manifest.stream == source.name else {
            throw refused("boundary.unknown-origin", index, "lines of \(manifest.stream) have no business here")
        }
        guard key.isValid(origin.signature, for: origin.manifestBytes) else {
            throw refused("boundary.bad-origin-signature", index, "the origin was not signed by \(manifest.producer)")
        }
        let passed = origin.lines.flatMap { Array($0) }
        guard index + passed.count < envelope.entries.count else {
            throw refused("boundary.malformed", index, "the origin announces lines that do not follow")
        }
        guard root(of: origin, passed: passed.count, at: index + 1) == manifest.root else {
            throw refused(
                "boundary.bad-origin-root", index, "the lines passed on are not those that \(manifest.producer) signed")
        }
        keys = [:]
        for (offset, lineIndex) in passed.enumerated() {
            try readPassed(at: index + 1 + offset, lineIndex: lineIndex, of: manifest)
        }
        return index + 1 + passed.count
    }

    private mutating func readPassed(at index: Int, lineIndex: Int, of manifest: Manifest) throws {
        var scanner = LineScanner(envelope.bytes, in: envelope.entries[index])
        switch EntryType(scanner) {
        case .item:
            let head = try scanner.item()
            batch.items.append(
                InboundItem(
                    head, try whole(head, scanner), producer: manifest.producer, epoch: manifest.epoch,
                    line: line(index), lineIndex: lineIndex))
        case .key: keys[lineIndex] = try scanner.key()
        case .receipt:
            batch.receipts.append(
                InboundReceipt(
                    receipt: try scanner.receipt(), producer: manifest.producer, line: line(index), lineIndex: lineIndex
                ))
        default: throw scanner.fault("an item, its key or a receipt")
        }
    }

    /// The root of the origin's batch, from the digests of what is withheld and of the lines that follow here.
    private func root(of origin: LineScanner.Origin, passed: Int, at index: Int) -> [UInt8] {
        var digests: [UInt8] = []
        digests.reserveCapacity(origin.manifest.lines * 32)
        var withheld = 0
        var next = 0
        var entry = index
        for span in origin.lines {
            digests += origin.withheld[withheld * 32..<(withheld + span.lowerBound - next) * 32]
            withheld += span.lowerBound - next
            // Digests of this segment's lines are at hand: its own root needed them.
            digests += envelope.lineDigests[(entry + 1) * 32..<(entry + 1 + span.count) * 32]
            entry += span.count
            next = span.upperBound + 1
        }
        digests += origin.withheld[(withheld * 32)...]
        return SHA256.hash(digests)
    }

    private func checkCounts() throws(ChainBreak) {
        let manifest = envelope.manifest
        let own = nextNumber - firstNumber
        guard manifest.count == batch.items.count, manifest.first == (own == 0 ? 0 : firstNumber),
            manifest.last == (own == 0 ? 0 : nextNumber - 1)
        else { throw refused("boundary.bad-count", nil, "the manifest does not count its items rightly") }
    }

    private func line(_ index: Int) -> [UInt8] { Array(envelope.bytes[envelope.entries[index]]) }

    private func refused(_ code: String, _ index: Int?, _ reason: String) -> ChainBreak {
        ChainBreak(
            code, stream: envelope.stream, position: envelope.manifest.position, line: index.map { $0 + 2 }, reason)
    }
}
