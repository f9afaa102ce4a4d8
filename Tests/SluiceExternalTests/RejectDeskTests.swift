import CurlKit
import Foundation
import GRDB
@testable import SluiceExternal
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// What people do with rejects, on a real zone: the copy that is edited goes through intake and journal like any record.
@Suite struct RejectDeskTests {
    private static let json = """
        source: { type: http-push, path: /json, auth: { type: api-key, header: X-Key, key: "${env:SECRET}" } }
        format: { type: json, records: "$[*]" }

        """ + ZoneFixture.mapping

    private static let table = """
        source: { type: http-push, path: /table, auth: { type: api-key, header: X-Key, key: "${env:SECRET}" } }
        format: { type: csv, charset: gb18030, csv: { delimiter: ";", skip: 1 } }
        ticket:
          external_id: 编号
          request_type: { const: help }
          requested_datetime: { from: 时间, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          description: 内容

        """

    private let key = [("X-Key", ZoneFixture.secret)]

    private func rejected(_ zone: ZoneFixture) async throws -> Reject {
        let body = #"[\#(ZoneFixture.record(1)),{"no":"N-2","time":"yesterday","text":"井盖缺失"}]"#
        _ = try await zone.post("/json", Array(body.utf8), headers: key)
        return try #require(try zone.zone.rejects.list().first)
    }

    @Test func anEditedCopyBecomesATicketAndWhatItWasStays() async throws {
        let zone = try await ZoneFixture(["json": Self.json])
        let reject = try await rejected(zone)
        let edited = "{\n  \"no\": \"N-2\",\n  \"time\": \"2026-01-05 09:00:00\",\n  \"text\": \"井盖缺失\"\n}\n"
        try await zone.zone.rejects.edit(reject.id, to: Array(edited.utf8), by: "张敏")
        let outcome = try await zone.zone.replay(reject: reject.id, by: "李强")
        #expect(outcome.new == 1)
        #expect(outcome.ticketIDs == [StableID.ticket(jurisdictionID: "370400", channelID: "json", externalID: "N-2")])
        #expect(try zone.zone.rejects.list().isEmpty)
        let closed = try #require(try zone.zone.rejects.show(reject.id))
        #expect(closed.state == .replayed)
        #expect(closed.bytes == reject.bytes)
        #expect(closed.events.map(\.kind) == [.edited, .replayed])
        #expect(closed.events.map(\.person) == ["张敏", "李强"])
        #expect(closed.events.last?.ticketID == outcome.ticketIDs.first)
    }

    @Test func aReplayThatFailsAgainStaysOneOpenCaseWithBothReasons() async throws {
        let zone = try await ZoneFixture(["json": Self.json])
        let reject = try await rejected(zone)
        try await zone.zone.rejects.edit(
            reject.id, to: Array(#"{"no":"N-2","time":"2026-01-05 09:00:00"}"#.utf8), by: "a")
        let outcome = try await zone.zone.replay(reject: reject.id, by: "a")
        #expect(outcome.rejected == 1)
        let open = try zone.zone.rejects.list()
        #expect(open.map(\.id) == [reject.id])
        #expect(open.first?.events.last?.reason?.contains("map.required") == true)
        #expect(try await zone.ticketCount() == 1)
    }

    @Test func whatWasReplayedOrDiscardedIsClosedForGood() async throws {
        let zone = try await ZoneFixture(["json": Self.json])
        let reject = try await rejected(zone)
        try await zone.zone.rejects.discard(reject.id, by: "a", reason: "a test message")
        #expect(try zone.zone.rejects.list(closed: true).first?.state == .discarded)
        await #expect(throws: DeskError.self) { try await zone.zone.replay(reject: reject.id, by: "a") }
        await #expect(throws: DeskError.self) { try await zone.zone.rejects.edit(reject.id, to: [], by: "a") }
    }

    @Test func twoReplaysAtOnceMakeOneTicketAndOneReplay() async throws {
        let zone = try await ZoneFixture(["json": Self.json])
        let reject = try await rejected(zone)
        try await zone.zone.rejects.edit(reject.id, to: Array(ZoneFixture.record(2).utf8), by: "a")
        let taken = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { (try? await zone.zone.replay(reject: reject.id, by: "a")) != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(taken == 1)
        #expect(try zone.zone.rejects.show(reject.id)?.events.count { $0.kind == .replayed } == 1)
    }

    @Test func aRowIsReadWithTheColumnsThatItsMessageHad() async throws {
        let zone = try await ZoneFixture(["table": Self.table])
        let charset = try #require(Charset("gb18030"))
        let text = "导出于 2026 年\n时间;编号;内容\n2026-01-05 09:00:00;A-1;路灯不亮\nyesterday;A-2;井盖缺失\n"
        let answer = try await zone.post("/table", try charset.encode(text), headers: key)
        #expect(answer.status == 200, "\(answer.text)")
        let reject = try #require(try zone.zone.rejects.list().first)
        #expect(String(decoding: reject.bytes, as: UTF8.self) == "yesterday;A-2;井盖缺失")
        try await zone.zone.rejects.edit(reject.id, to: Array("2026-01-06 10:00:00;A-2;井盖缺失\n".utf8), by: "a")
        let outcome = try await zone.zone.replay(reject: reject.id, by: "a")
        #expect(outcome.new == 1, "\(outcome)")
        #expect(outcome.ticketIDs == [StableID.ticket(jurisdictionID: "370400", channelID: "table", externalID: "A-2")])
    }

    @Test func aWholeMessageMendedBringsAllItsRecords() async throws {
        let zone = try await ZoneFixture(["json": Self.json])
        _ = try await zone.post("/json", Array("[\(ZoneFixture.record(1)),".utf8), headers: key)
        let reject = try #require(try zone.zone.rejects.list().first)
        #expect(reject.fault.record == nil)
        let mended = "[\(ZoneFixture.record(1)),\(ZoneFixture.record(2)),{\"no\":\"N-3\"}]"
        try await zone.zone.rejects.edit(reject.id, to: Array(mended.utf8), by: "a")
        let outcome = try await zone.zone.replay(reject: reject.id, by: "a")
        #expect(outcome.new == 2)
        #expect(outcome.rejected == 1)
        #expect(try zone.zone.rejects.show(reject.id)?.state == .replayed)
        #expect(try zone.zone.rejects.list().map(\.fault.record) == [2], "a bad record beside is a case of its own")
    }

    @Test func theLedgerBalancesAndTheReplayCountsOnTheDayTheRecordArrived() async throws {
        let zone = try await ZoneFixture(["json": Self.json])
        let reject = try await rejected(zone)
        try await zone.store.commit { db in
            try db.execute(sql: "UPDATE reject SET rejected_at = rejected_at - 86400000")
        }
        try await zone.zone.rejects.edit(reject.id, to: Array(ZoneFixture.record(2).utf8), by: "a")
        _ = try await zone.zone.replay(reject: reject.id, by: "a")
        let day = Timestamp(milliseconds: reject.rejectedAt.milliseconds - 86_400_000).day(in: .shanghai)
        let counts = try await zone.store.read { db in
            Dictionary(uniqueKeysWithValues: try ExternalLedger.lines(day: day, in: db).map { ($0.entry, $0.count) })
        }
        #expect(counts == ["received": 1, "new": 1, "replayed": 1])
        let today = try await zone.store.read { db in
            Dictionary(
                uniqueKeysWithValues: try ExternalLedger.lines(day: reject.rejectedAt.day(in: .shanghai), in: db)
                    .map { ($0.entry, $0.count) })
        }
        #expect(today == ["messages": 1, "received": 2, "new": 1, "rejected": 1])
    }

    @Test func aStoppedZonesFilesCanBeWorkedOnToo() async throws {
        let zone = try await ZoneFixture(["json": Self.json])
        let reject = try await rejected(zone)
        await zone.stop()
        let desk = RejectDesk(store: zone.store)
        try await desk.edit(reject.id, to: Array(ZoneFixture.record(2).utf8), by: "a")
        let replay = RejectReplay(
            settings: zone.settings, channels: zone.files, lookups: [:], plugins: ZoneFixture.plugins, store: zone.store
        )
        #expect(try await replay.replay(reject.id, by: "a").new == 1)
        await #expect(throws: DeskError.self) { try await replay.replay(999, by: "a") }
    }
}
