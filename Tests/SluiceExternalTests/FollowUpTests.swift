import Foundation
import GRDB
@testable import SluiceExternal
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// What a source says later of a ticket that it has sent, from the raw message to the outbox.
@Suite struct FollowUpTests {
    private let folder = TemporaryFolder()
    private let store: Store

    init() throws {
        store = try ExternalStore.open(folder: folder.path)
    }

    @Test func whatIsSaidIsLaidOverTheTicketAndGoesAcrossUnderItsKind() async throws {
        let first = try await receive([Self.opened])
        let outcome = try await receive([Self.said("append", "又停了一次", at: "2026-01-06 10:00:00")])
        #expect(outcome.revised == 1)
        #expect(outcome.ticketIDs == first.ticketIDs)
        #expect(try kinds() == [.ticketOpened, .ticketSupplemented])
        let ticket = try lastTicket()
        #expect(ticket.revision == 2)
        #expect(ticket.text(.description) == "电梯停运\n\n【补充 2026-01-06T10:00:00+08:00】\n又停了一次")
        #expect(ticket.text(.requestedDatetime) == "2026-01-05T09:00:00+08:00", "when it was requested stays")
        #expect(ticket.text(.updatedDatetime) == "2026-01-06T10:00:00+08:00")
        #expect(ticket.text(.requestType) == "complaint", "a default of the mapping does not undo what was said")
        #expect(ticket.text(.requesterPhone) == "19900001234")
        #expect(ticket.strings(.personalFields) == ["requester.phone"])
    }

    @Test func theSameFollowUpAgainIsAbsorbed() async throws {
        _ = try await receive([Self.opened])
        let urge = Self.said("urge", nil, at: "2026-01-06 10:00:00")
        #expect(try await receive([urge]).revised == 1)
        let again = try await receive([urge])
        #expect((again.revised, again.absorbed) == (0, 1))
        // The same words of the same time, with something around them that the mapping does not read.
        let noisy = Self.said("urge", nil, at: "2026-01-06 10:00:00", more: #","exported":"7""#)
        #expect(try await receive([noisy]).absorbed == 1)
        #expect(try await receive([Self.said("urge", nil, at: "2026-01-06 11:00:00")]).revised == 1)
        // Two that say no time are two, unless they are byte for byte the same.
        #expect(try await receive([Self.said("urge", nil, more: #","n":1"#)]).revised == 1)
        #expect(try await receive([Self.said("urge", nil, more: #","n":2"#)]).revised == 1)
        #expect(try kinds().count == 5)
    }

    @Test func aFollowUpWorksBehindItsOpeningInOneMessage() async throws {
        let outcome = try await receive([Self.opened, Self.said("cancel", nil), Self.said("urge", nil, number: "A-2")])
        #expect((outcome.new, outcome.revised, outcome.rejected) == (1, 1, 1))
        #expect(try kinds() == [.ticketOpened, .ticketWithdrawn])
    }

    @Test func anUnknownTicketIsACaseForTheDeskUntilTheTicketHasCome() async throws {
        let early = try await receive([Self.said("cancel", "已解决")])
        #expect(early.rejects.map(\.code) == ["followup.unknown-ticket"])
        #expect(try await receive([Self.said("cancel", "已解决")]).rejected == 1, "one case, however often it comes")
        let desk = RejectDesk(store: store)
        let reject = try #require(try desk.list().first)
        #expect(try await replay(reject.id).rejected == 1)
        #expect(try desk.list().map(\.id) == [reject.id])
        _ = try await receive([Self.opened])
        let outcome = try await replay(reject.id)
        #expect(outcome.revised == 1)
        #expect(try desk.list().isEmpty)
        #expect(try kinds() == [.ticketOpened, .ticketWithdrawn])
        // It is known now, from wherever it comes again.
        #expect(try await receive([Self.said("cancel", "已解决")]).absorbed == 1)
    }

    @Test func theOpeningRecordAgainChangesNothingAndAnotherVersionOfItIsARevision() async throws {
        _ = try await receive([Self.opened])
        _ = try await receive([Self.said("urge", "请尽快", at: "2026-01-06 10:00:00")])
        #expect(try await receive([Self.opened]).absorbed == 1)
        let revised = Self.opened.replacing("电梯停运", with: "电梯停运，有人被困")
        #expect(try await receive([revised]).revised == 1)
        #expect(try lastTicket().revision == 3)
        _ = try await receive([Self.said("append", "人已救出")])
        #expect(try lastTicket().text(.description)?.hasPrefix("电梯停运，有人被困\n\n【补充 ") == true)
    }

    /// A feed that gives the whole record with another state.
    @Test func aWholeRecordThatIsAFollowUpSaysItsTextOnce() async throws {
        _ = try await receive([Self.opened])
        let whole = Self.opened.replacing(#""act":"new""#, with: #""act":"cancel""#)
        #expect(try await receive([whole]).revised == 1)
        #expect(try lastTicket().text(.description) == "电梯停运")
    }

    @Test func attributesAndAttachmentsGather() async throws {
        _ = try await receive([Self.opened])
        let more = #","files":["a.jpg","b.jpg"],"ext":[{"k":"floor","v":"4"},{"k":"lift","v":"2"}]"#
        _ = try await receive([Self.said("append", "照片", more: more)])
        let ticket = try lastTicket()
        #expect(
            ticket[.attachments]
                == .attachments([TicketAttachment(name: "a.jpg"), TicketAttachment(name: "b.jpg")]))
        #expect(
            ticket[.attributes]
                == .attributes([TicketAttribute(code: "floor", value: "4"), TicketAttribute(code: "lift", value: "2")]))
    }

    @Test func whatATicketCannotHoldIsRejectedAndNotCut() async throws {
        _ = try await receive([Self.opened])
        let text = String(repeating: "长", count: 21_840)
        let outcome = try await receive([Self.said("append", text)])
        #expect(outcome.rejects.map(\.code) == ["followup.too-long"])
        #expect(try kinds() == [.ticketOpened])
    }

    /// Raw messages and forwarded items go in time; what a follow-up needs stays.
    @Test func aFollowUpWorksAfterTheRawMessagesAndItemsAreGone() async throws {
        _ = try await receive([Self.opened])
        try await store.commit { db in
            try db.execute(sql: "UPDATE message SET bytes = x''")
            try db.execute(sql: "DELETE FROM outbox")
        }
        #expect(try await receive([Self.said("cancel", nil)]).revised == 1)
        #expect(try lastTicket().text(.description) == "电梯停运")
    }

    @Test func ticketsFromBeforeTheKeyAreKnownOnceTheyComeAgain() async throws {
        _ = try await receive([Self.opened], kind: "")
        let early = try await receive([Self.said("cancel", nil)])
        #expect(early.rejects.map(\.code) == ["followup.no-body"])
        #expect(try await receive([Self.opened]).absorbed == 1)
        let reject = try #require(try RejectDesk(store: store).list().first)
        #expect(try await replay(reject.id).revised == 1)
        #expect(try lastTicket().revision == 2)
    }

    @Test func recordsBalanceAndFollowUpsAreCountedBeside() async throws {
        _ = try await receive([
            Self.opened, Self.said("urge", nil), Self.said("urge", nil), Self.said("cancel", nil),
            Self.said("cancel", nil, number: "A-2"),
        ])
        let lines = try await store.read { try ExternalLedger.lines(day: nil, in: $0) }
        #expect(
            Dictionary(uniqueKeysWithValues: lines.map { ($0.entry, $0.count) }) == [
                "messages": 1, "received": 5, "new": 1, "revised": 2, "absorbed": 1, "rejected": 1, "urged": 1,
                "withdrawn": 1,
            ])
    }

    /// Nothing of a transaction that does not commit stays: the source sends it again, and it is taken once.
    @Test func aFollowUpWhoseCommitFailsIsTakenOnceWhenItComesAgain() async throws {
        _ = try await receive([Self.opened])
        try await store.commit { db in
            try db.execute(
                sql: "CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT raise(ABORT, 'disk full'); END")
        }
        await #expect(throws: (any Error).self) { try await receive([Self.said("cancel", nil)]) }
        try await store.commit { try $0.execute(sql: "DROP TRIGGER full") }
        #expect(try await receive([Self.said("cancel", nil)]).revised == 1)
        #expect(try kinds() == [.ticketOpened, .ticketWithdrawn])
        #expect(try lastTicket().revision == 2)
    }

    @Test func concurrentRepeatsMakeOneRevision() async throws {
        _ = try await receive([Self.opened])
        let urge = Self.said("urge", nil)
        let outcomes = try await withThrowingTaskGroup(of: MessageOutcome.self) { group in
            for _ in 0..<30 { group.addTask { try await receive([urge]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.map(\.revised).reduce(0, +) == 1)
        #expect(outcomes.map(\.absorbed).reduce(0, +) == 29)
    }

    // MARK: - Pieces

    static let opened =
        #"{"act":"new","no":"A-1","kind":"3","time":"2026-01-05 09:00:00","text":"电梯停运","tel":"19900001234","files":["a.jpg"],"ext":[{"k":"floor","v":"3"}]}"#

    static func said(
        _ action: String, _ text: String?, number: String = "A-1", at time: String? = nil, more: String = ""
    ) -> String {
        let text = text.map { #","text":"\#($0)""# } ?? ""
        let time = time.map { #","changed":"\#($0)""# } ?? ""
        return #"{"act":"\#(action)","no":"\#(number)"\#(text)\#(time)\#(more)}"#
    }

    private static let kind =
        "kind: { from: $.act, lookup: { new: opened, urge: urged, append: supplemented, cancel: withdrawn } }\n"

    private static func channel(_ kind: String) -> String {
        """
        source: { type: http-push, path: /a, auth: { type: api-key, header: X-Key, key: "${env:SECRET}" } }
        format: { type: json, records: "$[*]" }
        \(kind)
        ticket:
          external_id: $.no
          request_type: { from: $.kind, lookup: { "3": complaint }, default: help }
          requested_datetime: { from: $.time, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          updated_datetime: { from: $.changed, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          description: $.text
          requester.phone: { from: $.tel, clean: phone }
          attachments: { each: "$.files[*]", name: $ }
          attributes: { each: "$.ext[*]", code: $.k, value: $.v }
        """
    }

    private func settings() -> ExternalSettings {
        ExternalSettings(
            jurisdiction: "370400", timeZone: .shanghai, dataFolder: folder.path, listen: "127.0.0.1:0",
            isBehindProxy: false, boundary: BoundaryPlaces(out: folder.path, in: folder.path))
    }

    private func file(_ kind: String) throws -> ChannelFile {
        let config = folder.path + "/config-\(UInt64.random(in: 0 ... .max))"
        try ZoneFixture.write(["c": Self.channel(kind)], to: config)
        let loaded = ConfigFolder.load(config, specs: ZoneFixture.specs, environment: ["SECRET": ZoneFixture.secret])
        return try #require(loaded.goodChannels.first, "\(loaded.issues)")
    }

    private func receive(_ records: [String], kind: String = Self.kind) async throws -> MessageOutcome {
        let intake = try Intake(
            file(kind), settings: settings(), lookups: [:], plugins: ZoneFixture.plugins,
            journal: Journal(store: store, channels: ChannelKeys(), forward: {}), crashes: nil,
            clock: { Timestamp(seconds: 1_770_000_000) })
        return try await intake.receive(RawMessage(bytes: Array("[\(records.joined(separator: ","))]".utf8)))
    }

    private func replay(_ reject: Int64) async throws -> MessageOutcome {
        let replay = RejectReplay(
            settings: settings(), channels: [try file(Self.kind)], lookups: [:], plugins: ZoneFixture.plugins,
            store: store)
        return try await replay.replay(reject, by: "张敏")
    }

    private func kinds() throws -> [ItemKind] {
        try store.read { try String.fetchAll($0, sql: "SELECT kind FROM outbox ORDER BY id") }.compactMap(ItemKind.init)
    }

    /// As the relay reads it.
    private func lastTicket() throws -> IntakeTicket {
        let body = try store.read { db in
            try Data.fetchOne(db, sql: "SELECT unpacked(content) FROM outbox ORDER BY id DESC LIMIT 1")
        }
        return try IntakeTicket(json: JSONDocument.parse([UInt8](body ?? Data())).root)
    }
}
