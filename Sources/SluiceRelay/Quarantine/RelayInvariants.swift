internal import GRDB
internal import SluiceBoundary
internal import SluiceSDK
public import SluiceStore

/// What must hold in quarantine.db.
public enum RelayInvariants {
    public static let all =
        BoundaryInvariants.all + [
            StoreInvariant(
                "item.verdict", "items without a verdict",
                sql: """
                    SELECT producer || ' epoch ' || epoch || ': ' || items || ' items, ' || judged || ' judged' FROM (
                        SELECT i.producer, i.epoch, count(*) AS items,
                            (SELECT coalesce(sum(last - first + 1), 0) FROM verdict v
                                WHERE v.producer = i.producer AND v.epoch = i.epoch AND is_late = 0) AS judged
                        FROM item i GROUP BY i.producer, i.epoch)
                    WHERE judged < items
                    """),
            StoreInvariant(
                "batch.inlet", "a batch is stored that the inlet has not taken",
                sql: """
                    SELECT b.stream || ' ' || b.epoch || '/' || b.batch FROM batch b JOIN inlet i ON i.stream = b.stream
                    WHERE (b.epoch, b.batch) > (i.epoch, i.batch)
                    """),
        ]

    /// Lines that are no longer what their producer signed, among the latest batches.
    public static func damagedLines(_ reader: StoreReader, batches limit: Int = 200) throws -> [StoreFinding] {
        let batches = try reader.read { db in
            try Int64.fetchAll(db, sql: "SELECT id FROM batch ORDER BY id DESC LIMIT ?", arguments: [limit])
        }
        return try batches.flatMap { batch in try reader.read { try damagedLines(batch, $0) } }
    }

    private static func damagedLines(_ batch: Int64, _ db: Database) throws -> [StoreFinding] {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT stream, epoch, batch, digests, keys FROM batch WHERE id = ?", arguments: [batch])
        else { return [] }
        let place = "\(row[0] as String) batch \(row[1] as Int)/\(row[2] as Int)"
        let digests = Blob.bytes(row, 3)
        var lines: [(index: Int, bytes: [UInt8]?)] = try Row.fetchAll(
            db, sql: "SELECT line_index, line FROM item WHERE batch = ? AND length(line) > 0", arguments: [batch]
        ).map { ($0[0], try? Packed.bytes($0, 1)) }
        var findings: [StoreFinding] = []
        let keys = KeyLines(stored: Blob.bytes(row, 4))
        if keys == nil { findings.append(StoreFinding("item.key", "\(place): its lines with keys cannot be read")) }
        for (index, bytes) in lines {
            guard let bytes, let wanted = try? InboundItem.keyLine(ofLine: bytes), keys?.lines[wanted] == nil else {
                continue
            }
            findings.append(
                StoreFinding(
                    "item.key",
                    "\(place) line \(index + 1) is sealed with the key of line \(wanted + 1), which is missing"))
        }
        lines += (keys?.lines ?? [:]).map { ($0.key, $0.value) }
        return findings
            + lines.sorted { $0.index < $1.index }.filter { !Self.isSigned($0.index, $0.bytes, digests) }.map {
                StoreFinding("item.digest", "\(place) line \($0.index + 1) is not what was signed")
            }
    }

    /// - Parameter digests: of the batch's lines, one behind the other.
    private static func isSigned(_ index: Int, _ bytes: [UInt8]?, _ digests: [UInt8]) -> Bool {
        let start = index * 32
        guard let bytes, start + 32 <= digests.count else { return false }
        return SHA256.hash(bytes) == Array(digests[start..<(start + 32)])
    }
}
