import GRDB
@testable import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// Items that are sealed with one key: its message stands in front of the first of them in each batch, once.
@Suite struct SharedKeyTests {
    private let bench: SealingBench
    private let border: Border

    init() throws { (bench, border) = (try SealingBench(), try Border()) }

    /// Sealed with as many keys as there are messages.
    private func items(messages: Int, each count: Int) throws -> [Item] {
        try (0..<messages).flatMap { message in
            let session = try bench.sealer().session(.personal, tickets: 100)
            return try (0..<count).map { number in
                let ticket = SealingBench.ticket("A-\(message)-\(number)")
                return SealingBench.item(try session.seal(ticket), of: ticket)
            }
        }
    }

    private func send(_ items: [Item], entries: Int = 500) async throws {
        try border.near.write { _ = try Outbox.append(items.map { ($0, nil) }, to: border.stream, in: $0) }
        while case let step = try await border.outlet(entries: entries).step(mayAck: false), step.isBusy {}
    }

    private func lines(_ batch: Int) throws -> [String] {
        String(decoding: try readFile(border.segment(batch)), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// All batches, as the far side takes them.
    private func taken(_ count: Int) async throws -> [InboundItem] {
        let taken = Taken()
        let inlet = border.inlet()
        for _ in 0..<count {
            let step = try await inlet.step(
                prepare: { _ in }, consume: { _, batch, _ in taken.add(batch.items) })
            try #require(step.tookOne, "\(step.stopCode ?? "nothing")")
        }
        return taken.items
    }

    @Test func aKeyStandsOnceInABatchAndEachItemOpensAsBefore() async throws {
        let items = try items(messages: 2, each: 5)
        try await send(items)
        let lines = try lines(1)
        #expect(lines.count == 14, "header, two keys, ten items, manifest")
        #expect(lines.indices.filter { lines[$0].hasPrefix(#"{"type":"key","#) } == [1, 7])
        #expect(lines[2].contains(#","sealed_key":1,"sealed":"#))
        #expect(lines[12].contains(#","sealed_key":7,"sealed":"#))
        let taken = try await taken(1)
        #expect(taken.map(\.item) == items)
        let keyLines: [Int?] = [1, 1, 1, 1, 1, 7, 7, 7, 7, 7]
        #expect(taken.map(\.keyLine) == keyLines)
        for item in taken {
            #expect(try bench.opener().open(item.item).text(.requesterPhone) == SealingBench.phone)
            #expect(try Packed.bytes(Blob.data(item.cell)) == item.line)
            #expect(item.cell.count < item.line.count * 2 / 3)
        }
    }

    @Test func everyBatchHasTheKeysOfItsOwnItems() async throws {
        let items = try items(messages: 1, each: 10)
        try await send(items, entries: 4)
        #expect(try await taken(3).map(\.item) == items)
        for batch in 1...3 { #expect(try lines(batch).filter { $0.hasPrefix(#"{"type":"key","#) }.count == 1) }
    }

    @Test func itemsOfTwoKeysInTurnNeedEachKeyOnce() async throws {
        let (ones, others) = (try items(messages: 1, each: 3), try items(messages: 1, each: 3))
        let items: [Item] = zip(ones, others).flatMap { [$0.0, $0.1] }
        try await send(items)
        #expect(try lines(1).filter { $0.hasPrefix(#"{"type":"key","#) }.count == 2)
        #expect(try await taken(1).map(\.item) == items)
        let stored = try await border.near.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sealing_key") }
        #expect(stored == 2)
    }

    /// What an older Sluice has written stands in folders and in stores when this one starts.
    @Test func aLineThatHasItsKeyInItselfIsReadAsBefore() throws {
        let item = try items(messages: 1, each: 1)[0]
        var older = item
        let part = try #require(item.sealed)
        older.sealed = SealedPart(.personal, (part.key ?? []) + part.bytes)
        var scanner = LineScanner(EntryLine.item(older, number: 7, previous: [UInt8](repeating: 0, count: 32)).line)
        let head = try scanner.item()
        #expect(head.item == item && head.keyLine == nil)
        #expect(SealedPart(stored: part.stored) == part)
    }

    /// A batch that an older Sluice had put down when it died is made anew by this one, and must be the same.
    @Test func rowsOfAnOlderVersionMakeTheLinesThatTheyMadeThen() async throws {
        let items = try items(messages: 1, each: 3)
        try border.near.write { db in
            _ = try Outbox.append(items.map { ($0, nil) }, to: border.stream, in: db)
            for (index, item) in items.enumerated() {
                try db.execute(
                    sql: "UPDATE outbox SET sealed = ?, sealing_key = NULL WHERE number = ?",
                    arguments: [Blob.data(item.sealed?.stored ?? []), index + 1])
            }
        }
        _ = try await border.outlet().step(mayAck: false)
        let lines = try lines(1)
        #expect(lines.count == 5, "header, three items, manifest")
        for (line, item) in zip(lines.dropFirst(), items) {
            let both = try #require(item.sealed?.stored.dropFirst())
            #expect(line.contains(#""sealed":"\#(Base64.encode(Array(both)))""#) && !line.contains("sealed_key"))
        }
        let taken = try await taken(1)
        #expect(taken.map(\.item) == items)
        for item in taken { #expect(try Packed.bytes(Blob.data(item.cell)) == item.line) }
    }

    /// As many lines as a batch can have: a key for each item.
    @Test func aFullBatchWithAKeyForEachItemIsTaken() async throws {
        let item = try items(messages: 1, each: 1)[0]
        let items = (0..<500).map { number in
            var other = item
            other.sealed?.key = (item.sealed?.key ?? []) + [UInt8(number >> 8), UInt8(number & 255)]
            return other
        }
        try await send(items)
        #expect(try lines(1).count == 1_002)
        #expect(try await taken(1).count == 500)
    }

    /// Signed by its producer, and still not to be believed.
    @Test(arguments: [0, 2, 3, 9])
    func anItemThatNamesALineWithoutAKeyStopsTheStream(line: Int) async throws {
        let items = try items(messages: 1, each: 2)
        var builder = SegmentBuilder(
            stream: border.stream, position: BatchPosition(epoch: 1, batch: 1),
            itemHead: [UInt8](repeating: 0, count: 32))
        let key = EntryLine.key(items[0].sealed?.key ?? [])
        builder.addEntry(key)
        let (wrong, _) = EntryLine.item(items[0], number: 1, previous: builder.itemHead, keyLine: line)
        builder.addEntry(wrong)
        if line == 3 { builder.addEntry(key) }
        let segment = try builder.finished(
            previous: [UInt8](repeating: 0, count: 32), ack: BatchPosition(epoch: 0, batch: 0), through: 1,
            time: border.time, key: Border.nearKey)
        try Files.makeFolder(border.segments, mode: 0o700)
        try writeFile(segment.bytes, border.segment(1))
        let step = try await border.take()
        #expect(step.stopCode == "boundary.malformed")
    }

    private final class Taken: @unchecked Sendable {
        // Written by one step after the other.
        private(set) var items: [InboundItem] = []
        func add(_ more: [InboundItem]) { items += more }
    }
}
