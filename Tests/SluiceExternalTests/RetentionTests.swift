import Foundation
import GRDB
import Logging
@testable import SluiceExternal
import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// What external.db lets go of when time passes, on a clock that the test moves.
@Suite struct RetentionTests {
    private static let day = 86_400
    private let folder = TemporaryFolder()
    private let store: Store
    private let journal: Journal
    private let start = Timestamp(seconds: 1_770_000_000)

    init() throws {
        store = try ExternalStore.open(folder: folder.path)
        journal = Journal(store: store, channels: ChannelKeys(), forward: {})
    }

    @Test func rawBytesGoAfterReceiptAndNeverBeforeAndTheRecordIsStillKnown() async throws {
        try await push("A-1", at: start)
        try await push("A-2", at: start.adding(.seconds(1)))
        try await settle(through: 2)
        try await receipt(1...1)
        try await run(after: 29)
        #expect(try await kept() == ["raw A-1", "raw A-2"])
        try await run(after: 31)
        #expect(try await kept() == ["raw A-2"], "nobody has receipted the second one")
        #expect(try await count("message") == 2)
        try await receipt(2...2)
        try await run(after: 31)
        #expect(try await kept().isEmpty)

        let again = try await push("A-1", at: start.adding(.seconds(40 * Self.day)))
        #expect(again.absorbed == 1 && again.new == 0)
        #expect(try ledger("new") == 2)
    }

    /// The control is the test above: with a way back, what nobody has receipted stays.
    @Test func behindAOneWayLinkWhatCannotBeSentAgainGoesThoughNobodyHasReceiptedIt() async throws {
        for number in 1...2 { try await push("A-\(number)", at: start) }
        try await settle(through: 2)
        try await run(after: 6, isOneWay: true)
        #expect(try await numbers() == [1, 2], "the window is seven days")
        try await run(after: 8, isOneWay: true)
        #expect(try await numbers().isEmpty)
        #expect(try await kept() == ["raw A-1", "raw A-2"])
        try await run(after: 31, isOneWay: true)
        #expect(try await kept().isEmpty)
        #expect(try ledger("items admitted") == 0 && ledger("new") == 2, "nobody claims that they arrived")
    }

    /// What of a file can still be sent again is still kept, and it is not called gone before.
    @Test func aFileBehindAOneWayLinkIsUnheardOnceItsLastPieceCannotBeSentAgain() async throws {
        let bytes = [UInt8](repeating: 0x41, count: AttachmentBody.pieceBytes + 1)
        let draft = AttachmentDraft(attachmentID: "a-1", name: "a.txt", source: .bytes(bytes))
        let owner = AttachmentBook.Owner(ticketID: "t-1", externalID: "A-1", channelID: "c", wantsReview: false)
        let forwarder = AttachmentForwarder(
            store: store, signal: Signal(), forward: {}, clock: { [start] in start }, logger: Logger(label: "test"),
            isOneWay: true)
        try await store.commit { [start] in try AttachmentBook.add([draft], of: owner, at: start, in: $0) }
        #expect(try await forwarder.step().queued == 2)
        try await settle(through: 1)
        try await run(after: 8, isOneWay: true)
        #expect(try await numbers() == [2])
        #expect(try await texts("SELECT state FROM attachment") == ["sent"])
        #expect(try await count("attachment_piece") == 2, "the second may be sent again, and half a file is none")
        try await settle(through: 2, batch: 2)
        try await run(after: 8)
        #expect(try await texts("SELECT state FROM attachment") == ["sent"], "the control: with a way back it waits")
        try await run(after: 8, isOneWay: true)
        #expect(try await texts("SELECT state FROM attachment") == ["unheard"])
        #expect(try await numbers().isEmpty)
        #expect(try await count("attachment_piece") == 0)
        #expect(try await texts("SELECT name FROM attachment") == ["a.txt"])
        try await run(after: 40, isOneWay: true)
        #expect(try await texts("SELECT name FROM attachment") == [""])
    }

    @Test func theOutboxKeepsWhatIsOpenAndWhatMayBeSentAgain() async throws {
        for number in 1...4 { try await push("A-\(number)", at: start) }
        try await settle(through: 3)
        try await receipt(1...1)
        try await verdict(2...2, .rejected)
        try await verdict(3...3, .held)
        try await run(after: 6)
        #expect(try await numbers() == [1, 2, 3, 4], "the window is seven days")
        try await run(after: 8)
        #expect(try await numbers() == [3, 4], "one is held, one was never acknowledged")
        #expect(try ledger("items admitted") == 1)

        // Said again by a relay that was restored: known, and counted once.
        try await receipt(1...1)
        #expect(try ledger("items admitted") == 1)
        try await receipt(3...3)
        try await run(after: 16)
        #expect(try await numbers() == [4])
        #expect(try ledger("items admitted") == 2)
    }

    @Test func closedRejectsAndTakenRepliesAreEmptiedAndStayKnown() async throws {
        let desk = RejectDesk(store: store, clock: { start })
        for name in ["bad 1", "bad 2"] {
            let fault = RecordFault(.map, "mapping.value", "no time", record: 0, field: "requested_datetime")
            let reject = JournalReject(fault: fault, bytes: Array(name.utf8), digest: SHA256.hash(name))
            _ = try await journal.commit(entry([], rejects: [reject], at: start))
        }
        try await desk.discard(1, by: "test", reason: "test message")
        let inbox = ReplyInbox(wanted: { _ in ["replied"] }, zone: .shanghai, clock: { start })
        let event = CaseEventBody(
            replyID: "r-1", ticketID: "t-1", channelID: "c", externalID: "A-1", event: "replied", status: "replied",
            publicText: "已处理", repliedAt: start)
        try await store.commit { db in
            try inbox.take(event, in: db)
            try db.execute(
                sql: "UPDATE reply SET state = 'acknowledged', settled_at = ?", arguments: [start.milliseconds])
        }
        try await run(after: 31)
        #expect(try await texts("SELECT CAST(bytes AS TEXT) FROM reject ORDER BY id") == ["", "bad 2"])
        #expect(try await texts("SELECT public_text FROM reply") == [""])
        try await store.commit { try inbox.take(event, in: $0) }
        #expect(try await texts("SELECT state FROM reply") == ["acknowledged"], "it is not sent a second time")
    }

    // MARK: Pieces

    @discardableResult
    private func push(_ number: String, at time: Timestamp) async throws -> MessageOutcome {
        try await journal.commit(entry([ticket(number)], raw: "raw " + number, at: time))
    }

    private func entry(
        _ tickets: [JournalTicket], rejects: [JournalReject] = [], raw: String = "raw", at time: Timestamp
    ) -> JournalEntry {
        JournalEntry(
            channelID: "c", message: RawMessage(bytes: Array(raw.utf8), origin: "test"), digest: SHA256.hash(raw),
            receivedAt: time, committedAt: time, day: "2026-02-02", configVersion: "v1", wantsReview: false,
            checkpoint: nil, records: tickets.map { .ticket($0) }, rejects: rejects)
    }

    private func ticket(_ number: String) -> JournalTicket {
        var mapped = IntakeTicket()
        mapped[.externalID] = .string(number)
        mapped[.description] = .string("电梯停运")
        mapped[.updatedDatetime] = .string("2026-02-01T00:00:00Z")
        let processed = ProcessedTicket(
            ticket: mapped, stripped: [], record: 0, sourceDigest: SHA256.hash(number),
            contentDigest: mapped.contentDigest())
        let stamped = Stamp(jurisdictionID: "370400", zone: .shanghai).apply(
            to: processed, channelID: "c", raw: RawLineage(sha256: "00", bytes: 3, storedAt: "2026-02-01T00:00:00Z"),
            receivedAt: start)
        return JournalTicket(ticket: stamped, outgoing: OutgoingTicket(body: stamped.json()), processed: processed)
    }

    /// As the outlet leaves it when the relay has acknowledged a batch that ends with this row.
    private func settle(through row: Int, batch: Int = 1) async throws {
        try await store.commit { db in
            try db.execute(sql: "UPDATE outlet SET cursor = ?1, settled = ?1, batch = ?2", arguments: [row, batch])
            try db.execute(
                sql:
                    "INSERT INTO outlet_past (stream, epoch, batch, through, at) VALUES ('external-relay', 1, ?, ?, ?)",
                arguments: [batch, row, start.milliseconds])
        }
    }

    private func receipt(_ numbers: ClosedRange<Int>) async throws {
        let range = ItemRange(producer: "external", epoch: 1, first: numbers.lowerBound, last: numbers.upperBound)
        try await store.commit { db in
            try ItemLedger.add(range, to: ItemLedger.admitted, zone: .shanghai, in: db)
            try ItemFate.record(range, fate: "admitted", at: start, in: db)
        }
    }

    private func verdict(_ numbers: ClosedRange<Int>, _ decision: Verdict.Decision) async throws {
        let range = ItemRange(producer: "external", epoch: 1, first: numbers.lowerBound, last: numbers.upperBound)
        _ = try await store.commit { try ItemFate.record(range, fate: decision.rawValue, at: start, in: $0) }
    }

    private func run(after days: Int, isOneWay: Bool = false) async throws {
        let now = start.adding(.seconds(days * Self.day))
        let retention = ExternalRetention(
            store: store, raw: { _ in .seconds(30 * Self.day) }, closed: .seconds(30 * Self.day),
            window: .seconds(7 * Self.day), isOneWay: isOneWay, clock: { now })
        for step in retention.steps { while try await step() {} }
    }

    private func kept() async throws -> [String] {
        try await texts("SELECT CAST(bytes AS TEXT) FROM message WHERE length(bytes) > 0 ORDER BY id")
    }

    private func texts(_ sql: String) async throws -> [String] {
        try await store.read { try String.fetchAll($0, sql: sql) }
    }

    private func numbers() async throws -> [Int] {
        try await store.read { try Int.fetchAll($0, sql: "SELECT number FROM outbox WHERE type = 1 ORDER BY number") }
    }

    private func count(_ table: String) async throws -> Int {
        try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? -1 }
    }

    private func ledger(_ entry: String) throws -> Int {
        try store.read { try ExternalLedger.lines(day: "2026-02-02", in: $0) }.first { $0.entry == entry }?.count ?? 0
    }
}
