import Foundation
import GRDB
@testable import SluiceExternal
import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@Suite struct JournalTests {
    private let folder = TemporaryFolder()
    private let store: Store
    private let journal: Journal

    init() throws {
        store = try ExternalStore.open(folder: folder.path)
        journal = Journal(store: store, channels: ChannelKeys(), forward: {})
    }

    @Test func aNewTicketGoesAcrossOnceWithItsRawMessage() async throws {
        let outcome = try await journal.commit(entry([ticket("A-1", "电梯停运")]))
        #expect(outcome.new == 1)
        #expect(outcome.ticketIDs == [StableID.ticket(jurisdictionID: "370400", channelID: "c", externalID: "A-1")])
        #expect(try items() == [.ticketOpened])
        #expect(try count("message") == 1)
    }

    @Test func theSameContentAgainIsAbsorbedWithTheSameTicketID() async throws {
        let first = try await journal.commit(entry([ticket("A-1", "电梯停运")]))
        let second = try await journal.commit(entry([ticket("A-1", "电梯停运")]))
        #expect(second.absorbed == 1)
        #expect(second.new == 0)
        #expect(second.ticketIDs == first.ticketIDs)
        #expect(try items() == [.ticketOpened])
        #expect(try count("message") == 1, "a message that brought nothing new leaves no raw bytes")
    }

    @Test func twoSpellingsOfANumberAreOneTicket() async throws {
        let first = try await journal.commit(entry([ticket("É-1", "电梯停运")]))
        let second = try await journal.commit(entry([ticket("E\u{301}-1", "电梯停运，已有人被困")]))
        #expect(second.revised == 1 && second.ticketIDs == first.ticketIDs)
        #expect(try count("ticket") == 1)
    }

    @Test func otherContentOfTheSameRecordIsARevision() async throws {
        _ = try await journal.commit(entry([ticket("A-1", "电梯停运")]))
        let outcome = try await journal.commit(entry([ticket("A-1", "电梯停运，已有人被困")]))
        #expect(outcome.revised == 1)
        #expect(try items() == [.ticketOpened, .ticketRevised])
        let body = try JSONDocument.parse(try lastBody())
        #expect(body.root["revision"]?.integer == 2)
        #expect(body.root["description"]?.string == "电梯停运，已有人被困")
    }

    @Test func aMendedMappingDoesNotSendAnUnchangedRecordAgain() async throws {
        _ = try await journal.commit(entry([ticket("A-1", "电梯停运", source: "same")]))
        let outcome = try await journal.commit(entry([ticket("A-1", "电梯停运（已清洗）", source: "same")]))
        #expect(outcome.absorbed == 1)
    }

    @Test func aChangeThatTheMappingDoesNotReadIsAbsorbed() async throws {
        _ = try await journal.commit(entry([ticket("A-1", "电梯停运", source: "one")]))
        let outcome = try await journal.commit(entry([ticket("A-1", "电梯停运", source: "two")]))
        #expect(outcome.absorbed == 1)
    }

    @Test func anOlderVersionNeverReplacesANewerOne() async throws {
        _ = try await journal.commit(entry([ticket("A-1", "新", updated: "2026-02-02T00:00:00Z")]))
        let outcome = try await journal.commit(entry([ticket("A-1", "旧", updated: "2026-02-01T00:00:00Z")]))
        #expect(outcome.absorbed == 1)
    }

    @Test func oneMessageMayHoldTheSameRecordTwice() async throws {
        let outcome = try await journal.commit(entry([ticket("A-1", "一"), ticket("A-1", "二")]))
        #expect(outcome.new == 1)
        #expect(outcome.revised == 1)
    }

    @Test func aRejectKeepsItsBytesStageFieldReasonAndConfigVersion() async throws {
        let fault = RecordFault(.map, "map.required", "is empty", record: 3, field: "description", selector: "$.text")
        let outcome = try await journal.commit(entry([], rejects: [reject(fault, "raw bytes")]))
        #expect(outcome.rejected == 1)
        #expect(outcome.rejects == [fault])
        let kept = try #require(try RejectDesk(store: store).list().first)
        #expect(kept.fault == fault)
        #expect(kept.bytes == Array("raw bytes".utf8))
        #expect(kept.configVersion == "v1")
        #expect(kept.channelID == "c")
        #expect(try RejectDesk(store: store).show(kept.id)?.fault == fault)
    }

    @Test func theSameRejectAgainIsCountedAndKeptOnce() async throws {
        let fault = RecordFault(.decode, "json.syntax", "is not JSON")
        for _ in 0..<3 { _ = try await journal.commit(entry([], rejects: [reject(fault, "{")])) }
        #expect(try count("reject") == 1)
        #expect(try ledger()["rejected"] == 3)
    }

    @Test func theLedgerBalancesForEveryMessage() async throws {
        _ = try await journal.commit(entry([ticket("A-1", "一"), ticket("A-2", "二")]))
        _ = try await journal.commit(
            entry([ticket("A-1", "一"), ticket("A-2", "改")], rejects: [reject(RecordFault(.map, "x", "y"), "z")]))
        #expect(try ledger() == ["messages": 2, "received": 5, "new": 2, "absorbed": 1, "revised": 1, "rejected": 1])
    }

    @Test func theCheckpointIsSavedWithTheMessageItBelongsTo() async throws {
        var entry = entry([ticket("A-1", "一")])
        entry.checkpoint = "page 7"
        _ = try await journal.commit(entry)
        let saved = try await store.read {
            try String.fetchOne($0, sql: "SELECT checkpoint FROM channel WHERE name = 'c'")
        }
        #expect(saved == "page 7")
    }

    @Test func aChannelUnderReviewAsksForAPerson() async throws {
        var entry = entry([ticket("A-1", "一")])
        entry.wantsReview = true
        _ = try await journal.commit(entry)
        #expect(try await store.read { try Int.fetchOne($0, sql: "SELECT review FROM outbox") } == 1)
    }

    @Test func concurrentMessagesWithTheSameTicketMakeOneTicket() async throws {
        let journal = journal
        let entries = (0..<50).map { _ in entry([ticket("A-1", "一")]) }
        let outcomes = try await withThrowingTaskGroup(of: MessageOutcome.self) { group in
            for entry in entries { group.addTask { try await journal.commit(entry) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.map(\.new).reduce(0, +) == 1)
        #expect(outcomes.map(\.absorbed).reduce(0, +) == 49)
    }

    @Test func aMessageThatCannotBeStoredFailsAloneAmongThoseThatArriveWithIt() async throws {
        try await store.commit { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER full BEFORE INSERT ON ticket WHEN new.external_id = 'A-7'
                    BEGIN SELECT raise(ABORT, 'no room'); END
                    """)
        }
        let journal = journal
        let entries = (0..<20).map { entry([ticket("A-\($0)", "一")]) }
        let failed = await withTaskGroup(of: Int.self) { group in
            for entry in entries { group.addTask { (try? await journal.commit(entry)) == nil ? 1 : 0 } }
            return await group.reduce(0, +)
        }
        #expect(failed == 1)
        #expect(try count("ticket") == 19)
        #expect(try ledger() == ["messages": 19, "received": 19, "new": 19])
        let numbers = try await store.read { try Int.fetchAll($0, sql: "SELECT number FROM outbox ORDER BY id") }
        #expect(numbers == Array(1...19), "what failed took no number")
    }

    // MARK: - Pieces

    private func entry(_ tickets: [JournalTicket], rejects: [JournalReject] = []) -> JournalEntry {
        JournalEntry(
            channelID: "c", message: RawMessage(bytes: Array("raw".utf8), origin: "test"), digest: SHA256.hash("raw"),
            receivedAt: Timestamp(seconds: 1_770_000_000), committedAt: Timestamp(seconds: 1_770_000_000),
            day: "2026-02-02", configVersion: "v1", wantsReview: false,
            checkpoint: nil, records: tickets.map { .ticket($0) }, rejects: rejects)
    }

    private func ticket(
        _ number: String, _ text: String, source: String? = nil, updated: String = "2026-02-01T00:00:00Z"
    ) -> JournalTicket {
        var mapped = IntakeTicket()
        mapped[.externalID] = .string(number)
        mapped[.description] = .string(text)
        mapped[.updatedDatetime] = .string(updated)
        let processed = ProcessedTicket(
            ticket: mapped, stripped: [], record: 0, sourceDigest: SHA256.hash(source ?? text),
            contentDigest: mapped.contentDigest())
        let stamped = Stamp(jurisdictionID: "370400", zone: .shanghai).apply(
            to: processed, channelID: "c", raw: RawLineage(sha256: "00", bytes: 3, storedAt: updated),
            receivedAt: Timestamp(seconds: 1_770_000_000))
        return JournalTicket(ticket: stamped, outgoing: OutgoingTicket(body: stamped.json()), processed: processed)
    }

    private func reject(_ fault: RecordFault, _ bytes: String) -> JournalReject {
        JournalReject(fault: fault, bytes: Array(bytes.utf8), digest: SHA256.hash(bytes))
    }

    private func items() throws -> [ItemKind] {
        try store.read { try String.fetchAll($0, sql: "SELECT kind FROM outbox ORDER BY id") }.compactMap(ItemKind.init)
    }

    private func lastBody() throws -> [UInt8] {
        [UInt8](
            try store.read {
                try Data.fetchOne($0, sql: "SELECT unpacked(content) FROM outbox ORDER BY id DESC LIMIT 1")
            }
                ?? Data())
    }

    private func count(_ table: String) throws -> Int {
        try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? -1 }
    }

    private func ledger() throws -> [String: Int] {
        let lines = try store.read { try ExternalLedger.lines(day: "2026-02-02", in: $0) }
        return Dictionary(uniqueKeysWithValues: lines.map { ($0.entry, $0.count) })
    }
}
