import Foundation
import GRDB
@testable import SluiceExternal
import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// What leaves the external zone sealed, and what happens when the inside could not open it.
@Suite struct SealedForwardTests {
    private static let channel = """
        source: { type: http-push, path: /json, auth: { type: api-key, header: X-Key, key: "${env:SECRET}" } }
        format: { type: json, records: "$[*]" }
        ticket:
          external_id: $.no
          request_type: { const: help }
          requested_datetime: { from: $.time, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          description: $.text
          requester.phone: $.tel
        reply: { type: none }

        """
    private static let phone = "13900001234"

    private let folder = TemporaryFolder()
    private let key = [("X-Key", ZoneFixture.secret)]

    private func fixture(_ yaml: String = channel) async throws -> ZoneFixture {
        _ = try KeyFiles.prepareSealing(
            .init(folder: folder("keys"), certificate: folder("sealing.crt"), copies: []))
        return try await ZoneFixture(["json": yaml], sealer: TicketSealer(certificateAt: folder("sealing.crt")))
    }

    private func record(_ number: Int, text: String = "路灯不亮") -> String {
        #"{"no":"N-\#(number)","time":"2026-01-05 09:00:00","text":"\#(text)","tel":"\#(Self.phone)"}"#
    }

    private func items(_ zone: ZoneFixture) async throws -> [Item] {
        try await zone.store.read { db in
            try Row.fetchAll(
                db,
                sql:
                    """
                    SELECT item_id, channel_id, kind, unpacked(content), sealed, message FROM outbox
                    LEFT JOIN sealing_key k ON k.id = sealing_key WHERE type = 1 ORDER BY outbox.id
                    """
            ).map { row in
                var sealed = SealedPart(stored: [UInt8](row[4] as Data? ?? Data()))
                sealed?.key = (row[5] as Data?).map { [UInt8]($0) }
                return Item(
                    id: row[0], channelID: row[1], kind: ItemKind(rawValue: row[2])!,
                    createdAt: Timestamp(milliseconds: 0), body: [UInt8](row[3] as Data),
                    sealed: sealed)
            }.filter(\.kind.isTicket)
        }
    }

    @Test func whatGoesAcrossDoesNotNameTheRequester() async throws {
        let zone = try await fixture()
        let many = (1...20).map { record($0) }.joined(separator: ",")
        _ = try await zone.post("/json", Array("[\(many)]".utf8), headers: key)
        _ = try await zone.post("/json", Array("[\(record(21))]".utf8), headers: key)
        _ = try await zone.post("/json", Array("[\(record(21, text: "还是不亮"))]".utf8), headers: key)
        let items = try await items(zone)
        #expect(items.map(\.kind) == Array(repeating: .ticketOpened, count: 21) + [.ticketRevised])
        let opener = try TicketOpener(folder: folder("keys"))
        for item in items {
            #expect(!String(decoding: item.body, as: UTF8.self).contains(Self.phone))
            let ticket = try opener.open(item)
            #expect(ticket.text(.requesterPhone) == Self.phone)
            #expect(ticket[.lineageRaw] != nil)
        }
        #expect(try opener.open(items[21]).revision == 2)
    }

    /// Some hundred bytes that each ticket of a second would have again.
    @Test func aKeyThatTicketsShareIsStoredOnceAndGoesWithTheLastOfThem() async throws {
        let zone = try await fixture()
        for message in 0..<3 {
            let many = (1...20).map { record(message * 20 + $0) }.joined(separator: ",")
            _ = try await zone.post("/json", Array("[\(many)]".utf8), headers: key)
        }
        let stored = try count(zone, "SELECT count(*) FROM sealing_key")
        #expect((1...3).contains(stored))
        #expect(try count(zone, "SELECT count(DISTINCT sealing_key) FROM outbox") == stored)
        #expect(try count(zone, "SELECT count(*) FROM outbox WHERE sealing_key IS NOT NULL") == 60)
        // Nothing takes a key away that an item is sealed with.
        #expect(throws: DatabaseError.self) { try zone.store.write { try $0.execute(sql: "DELETE FROM sealing_key") } }
        try await dropKeys(zone)
        #expect(try count(zone, "SELECT count(*) FROM sealing_key") == stored)

        // Everything has long gone, and what is pushed then has row numbers far behind those that were.
        try zone.store.write { db in
            try db.execute(sql: "DELETE FROM outbox")
            try db.execute(sql: "UPDATE sqlite_sequence SET seq = 5000000 WHERE name = 'outbox'")
        }
        let many = (61...80).map { record($0) }.joined(separator: ",")
        _ = try await zone.post("/json", Array("[\(many)]".utf8), headers: key)
        try await dropKeys(zone)
        #expect(try count(zone, "SELECT count(*) FROM sealing_key") == 1)
        let opener = try TicketOpener(folder: folder("keys"))
        let items = try await items(zone)
        #expect(try items.map { try opener.open($0).text(.requesterPhone) } == Array(repeating: Self.phone, count: 20))
        try zone.store.write { try $0.execute(sql: "DELETE FROM outbox") }
        try await dropKeys(zone)
        #expect(try count(zone, "SELECT count(*) FROM sealing_key") == 0)
    }

    private func count(_ zone: ZoneFixture, _ sql: String) throws -> Int {
        try zone.store.read { try Int.fetchOne($0, sql: sql) ?? -1 }
    }

    /// As housekeeping does.
    private func dropKeys(_ zone: ZoneFixture) async throws {
        let retention = ExternalRetention(
            store: zone.store, raw: { _ in .seconds(1) }, closed: .seconds(1), window: .seconds(1), clock: { .now() })
        for step in retention.steps { while try await step() {} }
    }

    @Test func aRefusedTicketIsACaseAndAReplaySendsItOnceMore() async throws {
        let zone = try await fixture()
        _ = try await zone.post("/json", Array("[\(record(1)),\(record(2))]".utf8), headers: key)
        let first = try await items(zone)[0]
        let refusal = RefusalBody(
            ticketID: first.id, channelID: "json", externalID: "N-1", revision: 1, code: "sealed.key-unknown",
            reason: "it is sealed to a key that is not there", at: Timestamp(milliseconds: 0))
        for _ in 1...2 {
            try await zone.store.commit { try RefusalCase.add(refusal, at: Timestamp(milliseconds: 5), in: $0) }
        }
        let cases = try zone.zone.rejects.list()
        #expect(cases.count == 1)
        let reject = try #require(cases.first)
        #expect(reject.fault.stage == .admit && reject.fault.code == "sealed.key-unknown")
        #expect(reject.fault.reason.contains(first.id))

        let outcome = try await zone.zone.replay(reject: reject.id, by: "张敏")
        #expect(outcome.revised == 1 && outcome.absorbed == 1, "the other ticket of the message is known")
        #expect(try zone.zone.rejects.list().isEmpty)
        let again = try #require(try await items(zone).last)
        #expect(again.id == first.id && again.kind == .ticketRevised)
        #expect(try TicketOpener(folder: folder("keys")).open(again).revision == 2)
    }

    @Test func aRefusalOfWhatTheSourceHasReplacedIsNoCase() async throws {
        let zone = try await fixture()
        _ = try await zone.post("/json", Array("[\(record(1))]".utf8), headers: key)
        _ = try await zone.post("/json", Array("[\(record(1, text: "改了"))]".utf8), headers: key)
        let refusal = RefusalBody(
            ticketID: try await items(zone)[0].id, channelID: "json", externalID: "N-1", revision: 1,
            code: "sealed.broken", reason: "it does not open", at: Timestamp(milliseconds: 0))
        try await zone.store.commit { try RefusalCase.add(refusal, at: Timestamp(milliseconds: 5), in: $0) }
        #expect(try zone.zone.rejects.list().isEmpty)
    }

    @Test func aRefusedFollowUpGoesOnceMoreAsItStands() async throws {
        let yaml = Self.channel + "kind: { from: $.act, lookup: { urge: urged }, default: opened }\n"
        let zone = try await fixture(yaml)
        _ = try await zone.post("/json", Array("[\(record(1))]".utf8), headers: key)
        let urge = record(1, text: "快一点").dropLast() + #","act":"urge"}"#
        _ = try await zone.post("/json", Array("[\(urge)]".utf8), headers: key)
        let last = try #require(try await items(zone).last)
        let refusal = RefusalBody(
            ticketID: last.id, channelID: "json", externalID: "N-1", revision: 2, code: "sealed.broken",
            reason: "it does not open", at: Timestamp(milliseconds: 0))
        try await zone.store.commit { try RefusalCase.add(refusal, at: Timestamp(milliseconds: 5), in: $0) }
        let reject = try #require(try zone.zone.rejects.list().first)
        _ = try await zone.zone.replay(reject: reject.id, by: "张敏")
        let again = try #require(try await items(zone).last)
        let opened = try TicketOpener(folder: folder("keys")).open(again)
        #expect(again.kind == .ticketUrged && opened.revision == 3)
        #expect(opened.text(.description)?.contains("快一点") == true)
        #expect(opened.text(.requesterPhone) == Self.phone)
    }
}
