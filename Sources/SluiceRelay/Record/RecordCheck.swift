internal import GRDB
public import SluiceBoundary
internal import SluiceSDK
public import SluiceStore

/// Holds quarantine.db against its record. Reads only, beside the running relay too.
public struct RecordCheck: Sendable {
    /// Findings of one kind that are told.
    private static let most = 20
    private static let page = 200

    private let link: RecordLink

    public init(_ database: BoundaryDatabase) { link = RecordLink(database, isWriter: false) }

    /// Empty when all is well.
    public func run(_ reader: StoreReader) async -> [StoreFinding] {
        do {
            let head = try await link.open()
            let found = try await findings(reader, head)
            await link.close()
            return found
        } catch {
            await link.close()
            return [StoreFinding("record.away", "the quarantine's record cannot be read: \(error)")]
        }
    }

    private func findings(_ reader: StoreReader, _ head: RecordLink.Head) async throws -> [StoreFinding] {
        let book = try reader.read { try RecordBook($0) }
        if book.identity.isEmpty {
            return [
                StoreFinding(
                    "record.new", "nothing was recorded yet: the relay does it when it starts", weight: .notice)
            ]
        }
        guard book.identity == head.identity else {
            return [
                StoreFinding(
                    "record.other",
                    "this is not the record that quarantine.db was written to; the relay fills it when it starts")
            ]
        }
        if head.sequence < book.sequence {
            return [
                StoreFinding(
                    "record.behind",
                    "the record ends at verdict \(head.sequence), and quarantine.db knows \(book.sequence): it was set back; the "
                        + "relay fills it in when it starts")
            ]
        }
        return try await differences(reader)
    }

    private func differences(_ reader: StoreReader) async throws -> [StoreFinding] {
        // A day later than the last one that is gone: the two count days by clocks of their own.
        let start = try await link.droppedBefore()?.adding(.seconds(86_400)) ?? Timestamp(milliseconds: .min)
        var found: [StoreFinding] = []
        var last: Int64 = 0
        while found.count < Self.most {
            let behind = last
            let batches = try reader.read { try Self.batches(behind: behind, since: start, $0) }
            guard let end = batches.last?.id else { break }
            last = end
            found += try await differences(in: batches, reader)
        }
        return Array(found.prefix(Self.most))
    }

    /// What differs only while a commit is on its way is looked at again.
    private func differences(in batches: [Batch], _ reader: StoreReader) async throws -> [StoreFinding] {
        var open = batches
        var found: [StoreFinding] = []
        for look in 0..<4 where !open.isEmpty {
            if look > 0 { try await Task.sleep(for: .milliseconds(250)) }
            let recorded = try await link.states(of: open.map { ($0.stream, $0.position) })
            found = []
            var differing: [Batch] = []
            for (batch, theirs) in zip(open, recorded) {
                let ours = try reader.read { try Self.states(of: batch.id, $0) }
                if theirs == ours { continue }
                differing.append(batch)
                found.append(Self.finding(batch, ours, theirs))
            }
            open = differing
        }
        return found
    }

    private static func finding(_ batch: Batch, _ ours: [String: Int], _ theirs: [String: Int]?) -> StoreFinding {
        let name = "\(batch.stream) batch \(batch.position)"
        guard let theirs else { return StoreFinding("record.missing", "\(name) is not in the record") }
        func text(_ states: [String: Int]) -> String {
            states.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        }
        return StoreFinding(
            "record.state", "\(name): quarantine.db has \(text(ours)); the record has \(text(theirs))")
    }

    private struct Batch: Sendable {
        var id: Int64
        var stream: String
        var position: BatchPosition
    }

    private static func batches(behind id: Int64, since start: Timestamp, _ db: Database) throws -> [Batch] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, stream, epoch, batch FROM batch WHERE id > ? AND received_at >= ?
                AND EXISTS (SELECT 1 FROM item WHERE item.batch = batch.id) ORDER BY id LIMIT \(page)
                """, arguments: [id, start.milliseconds]
        ).map { Batch(id: $0[0], stream: $0[1], position: BatchPosition(epoch: $0[2], batch: $0[3])) }
    }

    /// As the record's view says it.
    static func states(of batch: Int64, _ db: Database) throws -> [String: Int] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT CASE WHEN now = 'released' AND taken THEN 'taken' ELSE now END, count(*)
                FROM (\(RelayLedger.items) WHERE batch = ?) GROUP BY 1
                """, arguments: [batch])
        return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
    }
}
