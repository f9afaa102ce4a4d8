import SluiceSDK

@testable import SluiceBoundary

/// Segments: as they come from a stranger, and with a good signature over them, as from a zone in wrong hands.
enum SegmentTarget {
    private static let own = key(1)
    private static let origin = key(2)
    private static let position = BatchPosition(epoch: 1, batch: 1)
    private static let zeros = [UInt8](repeating: 0, count: 32)

    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let rest = Array(bytes.dropFirst())
        switch first % 5 {
        case 0: read(rest, .externalToRelay)
        case 1: read(rest, .relayToInternal)
        case 2: read(signed(rest, .externalToRelay), .externalToRelay)
        case 3: read(signed(rest, .relayToInternal), .relayToInternal)
        default: read(signed(passed(rest), .relayToInternal), .relayToInternal)
        }
        // Whatever stands in base64: what is decoded strictly is what would be written, and what the lenient way gives.
        if let decoded = rest.withUnsafeBytes({ Base64.decode(exactly: $0) }) {
            demand(Array(Base64.encode(decoded).utf8) == rest, "base64 has two spellings")
        }
    }

    private static func read(_ bytes: [UInt8], _ stream: BoundaryStream) {
        guard
            let envelope = try? SegmentEnvelope(
                bytes, stream: stream, position: position, previous: zeros, key: own.verifyingKey),
            let entries = try? SegmentEntries(
                envelope, itemHead: zeros, nextNumber: 1, origins: ["external": origin.verifyingKey])
        else { return }
        for inbound in entries.batch.items {
            let again = EntryLine.item(
                inbound.item, number: inbound.number, previous: zeros, keyLine: inbound.keyLine
            ).line
            demand(again.count == inbound.line.count, "an item has two spellings")
            _ = inbound.item.createdAt.rfc3339(in: .shanghai)
            demand((try? InboundItem.item(ofLine: inbound.line).body) == inbound.item.body, "an item has two bodies")
        }
        for verdict in entries.batch.verdicts { _ = EntryLine.verdict(verdict) }
    }

    /// A segment of these lines, with header, manifest and signature.
    private static func signed(_ lines: [UInt8], _ stream: BoundaryStream) -> [UInt8] {
        var builder = SegmentBuilder(stream: stream, position: position, itemHead: zeros)
        var number = 1
        for line in lines.split(separator: 0x0A, omittingEmptySubsequences: false).prefix(64) {
            // A body by itself becomes a whole item, or few inputs would get behind its digest; behind a tilde it is sealed
            // with what stands between that and the next one.
            if line.first == UInt8(ascii: "{"), !line.starts(with: Array("{\"type\":".utf8)) {
                builder.add(item(Array(line)), number: number)
                number += 1
            } else if line.first == UInt8(ascii: "~"), let end = line.dropFirst().firstIndex(of: UInt8(ascii: "~")) {
                var sealed = item(Array(line[(end + 1)...]))
                let key = Array(line[(line.startIndex + 1)..<end])
                sealed.sealed = SealedPart(.personal, [0x30, 0x01, 0x00], key: key.isEmpty ? nil : key)
                builder.add(sealed, number: number)
                number += 1
            } else {
                builder.addEntry(Array(line))
            }
        }
        return
            (try? builder.finished(
                previous: zeros, ack: .none, through: 1, time: Timestamp(milliseconds: 0), key: own
            ).bytes) ?? []
    }

    /// An origin in the relay's stream, of a batch of these lines, with the spans that the first byte asks for.
    private static func passed(_ lines: [UInt8]) -> [UInt8] {
        let content = lines.split(separator: 0x0A).prefix(16).map { Array($0) }
        guard let wanted = content.first?.first.map(Int.init) else { return [] }
        let header = EntryLine.header(.externalToRelay, position)
        let digests = ([header] + content).flatMap { SHA256.hash($0) }
        let root = SHA256.hash(digests)
        let manifest = Manifest(
            producer: "external", stream: "external-relay", epoch: 1, batch: 1, first: 1, last: content.count,
            count: content.count, lines: content.count + 1, root: root, previous: zeros,
            head: Manifest.head(after: zeros, root: root), ack: .none, through: 1, time: Timestamp(milliseconds: 0))
        let first = 1 + wanted % content.count
        let last = min(content.count, first + wanted / 16 % 4)
        let passage = Passage(producer: "external", position: position, lines: [first...last])
        let proof = PassageContent(
            manifestBytes: manifest.json(), signature: (try? origin.sign(manifest.json())) ?? [], lineDigests: digests,
            lines: Array(content[(first - 1)..<last]))
        let parts = [EntryLine.origin(passage, proof)] + proof.lines
        return Array(parts.joined(separator: [0x0A]))
    }

    private static func item(_ body: [UInt8]) -> Item {
        Item(
            id: "a", channelID: "hotline-1", kind: .ticketOpened, createdAt: Timestamp(milliseconds: 0), body: body)
    }

    private static func key(_ byte: UInt8) -> SigningKey {
        do {
            return try SigningKey(seed: Array(repeating: byte, count: 32))
        } catch {
            fatalError("a key: \(error)")
        }
    }
}
