import GRDB
import SluiceBoundary
import SluiceSDK
import SluiceStore
import Testing

@testable import SluiceInternal

@Suite struct CaseEventsTests {
    private let ticketID = IntakeTicket.id("A-1")

    private func bench() async throws -> Bench {
        let bench = try Bench([
            .fallback(), .copy("audit", events: EventSelection(["ticket.opened", "case.replied"])),
            .copy("elsewhere", matches: { _ in false }),
        ])
        try await bench.admit([.sample("A-1")])
        return bench
    }

    private func report(
        _ bench: Bench, _ type: CaseEventType, id: String? = nil, text: String? = nil, by handler: String = "desk"
    ) async throws -> CaseAnswer {
        let event = HandlerEvent(
            eventID: id ?? "e-\(type.rawValue)", type: type, note: "内部备注 13812341234",
            publicText: text ?? (type == .replied ? "已修复" : nil), reason: type == .returned ? "不属本局" : nil)
        return try await bench.zone.report(event, on: ticketID, by: handler)
    }

    private func outward(_ bench: Bench) async throws -> [JSONElement] {
        try await bench.store.read { db in
            try Row.fetchAll(db, sql: "SELECT body FROM reply ORDER BY id").map { Blob.bytes($0, 0) }
        }.map { try JSONDocument.parse($0).root }
    }

    private func kind(_ body: () async throws -> Void) async -> CaseError.Kind? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? CaseError)?.kind
        }
    }

    @Test func theCaseMovesAndTheAnswerSaysWhatMayComeNext() async throws {
        let bench = try await bench()
        let answer = try await report(bench, .accepted)
        #expect(answer.status == .inProgress)
        #expect(answer.allowed == [.feedback, .replied, .returned])
        #expect(try await bench.texts("SELECT status FROM ticket") == ["in_progress"])
    }

    @Test func theSameEventAgainGivesTheSameAnswerAndDoesNothing() async throws {
        let bench = try await bench()
        _ = try await report(bench, .accepted)
        _ = try await report(bench, .replied)
        let again = try await report(bench, .accepted)
        #expect(again.isRepeat)
        #expect(again.status == .inProgress)
        #expect(try await bench.texts("SELECT status FROM ticket") == ["replied"])
        #expect(try await bench.count("SELECT count(*) FROM reply") == 2)
        #expect(try await bench.count("SELECT count(*) FROM outbox") == 2)
    }

    @Test func anEventIdIsNotUsedForTwoThings() async throws {
        let bench = try await bench()
        _ = try await report(bench, .accepted, id: "e-1")
        #expect(await kind { _ = try await report(bench, .replied, id: "e-1") } == .eventIDReused)
        #expect(try await bench.texts("SELECT status FROM ticket") == ["in_progress"])
    }

    @Test func aRefusedTransitionListsWhatIsAllowedAndChangesNothing() async throws {
        let bench = try await bench()
        let refusal = await kind { _ = try await report(bench, .replied) }
        #expect(
            refusal == .transition(status: .received, allowed: [.assigned, .accepted, .inProgress, .returned]))
        #expect(try await bench.count("SELECT count(*) FROM reply") == 0)
        #expect(try await bench.count("SELECT count(*) FROM handler_event") == 0)
    }

    @Test func aCopyReadsAndDoesNotWriteAndAStrangerLearnsNothing() async throws {
        let bench = try await bench()
        #expect(await kind { _ = try await report(bench, .accepted, by: "audit") } == .notOwner)
        #expect(await kind { _ = try await report(bench, .accepted, by: "elsewhere") } == .unknownTicket)
        #expect(await kind { _ = try await bench.zone.ticket(ticketID, for: "elsewhere") } == .unknownTicket)
        #expect(await kind { _ = try await bench.zone.ticket("none", for: "elsewhere") } == .unknownTicket)
        let shown = try await bench.zone.ticket(ticketID, for: "audit")
        #expect(!shown.isEmpty)
    }

    @Test func onlyWhatIsOnTheListLeaves() async throws {
        let bench = try await bench()
        _ = try await report(bench, .accepted)
        _ = try await report(bench, .replied, text: "已修复\u{202E}，谢谢\u{0007}")
        let body = try #require(try await outward(bench).last)
        var names: Set<String> = []
        body.forEachMember { name, _ in names.insert(name) }
        #expect(
            names == [
                "schema_version", "reply_id", "ticket_id", "channel_id", "external_id", "event", "status",
                "public_text",
                "replied_at",
            ])
        #expect(body["public_text"]?.string == "已修复，谢谢")
        #expect(body["status"]?.string == "replied")
        #expect(body["external_id"]?.string == "A-1")
        #expect(
            body["reply_id"]?.string == StableID.reply(ticketID: ticketID, handlerID: "desk", eventID: "e-replied"))
        let everything = String(decoding: body.minified(), as: UTF8.self)
        #expect(!everything.contains("内部备注") && !everything.contains("13812341234"))
    }

    @Test func aPublicTextOverTheLimitIsRefusedWholeAndNothingMoves() async throws {
        let bench = try await bench()
        _ = try await report(bench, .accepted)
        let long = String(repeating: "长", count: 30_000)
        #expect(await kind { _ = try await report(bench, .replied, text: long) } == .invalid(field: "public_text"))
        #expect(try await bench.texts("SELECT status FROM ticket") == ["in_progress"])
        #expect(try await bench.count("SELECT count(*) FROM reply") == 1)
    }

    @Test func anEventNeedsWhatItsKindSays() async throws {
        let bench = try await bench()
        _ = try await report(bench, .accepted)
        #expect(await kind { _ = try await report(bench, .replied, text: " \n") } == .invalid(field: "public_text"))
        let bare = HandlerEvent(eventID: "e-9", type: .returned)
        #expect(
            await kind { _ = try await bench.zone.report(bare, on: ticketID, by: "desk") } == .invalid(field: "reason"))
        let spaced = HandlerEvent(eventID: "e 9", type: .feedback)
        #expect(
            await kind { _ = try await bench.zone.report(spaced, on: ticketID, by: "desk") }
                == .invalid(field: "event_id"))
    }

    @Test func otherHandlersHearOfAnEventWithoutItsNotes() async throws {
        let bench = try await bench()
        _ = try await report(bench, .accepted)
        _ = try await report(bench, .replied)
        let audit = try #require(bench.zone.roster["audit"])
        let events = try await bench.store.read { db in
            try Int64.fetchAll(
                db, sql: "SELECT event FROM delivery WHERE handler = ? ORDER BY event", arguments: [audit.key])
        }
        #expect(events.count == 2)
        let renderer = EventRenderer(store: bench.store, roster: bench.zone.roster, zone: Bench.zone)
        let heard = try await renderer.render(events, for: audit).map { try JSONDocument.parse($0).root }
        #expect(heard.last?["type"]?.string == "case.replied")
        #expect(heard.last?["data"]?["case_event"]?["public_text"]?.string == "已修复")
        #expect(heard.last?["data"]?["handling"]?["status"]?.string == "replied")
        #expect(heard.first?["data"]?["handling"]?["status"]?.string == "received")
        #expect(!String(decoding: try #require(heard.last).minified(), as: UTF8.self).contains("内部备注"))
    }

    @Test func theSourcesAnswerComesOntoTheTimeline() async throws {
        let bench = try await bench()
        _ = try await report(bench, .accepted)
        let replyID = StableID.reply(ticketID: ticketID, handlerID: "desk", eventID: "e-accepted")
        let now = bench.clock.now
        try await bench.store.commit { db in
            // As if the outlet had written the segment: what is not written yet is not forgotten.
            try db.execute(sql: "UPDATE outlet SET cursor = 99")
            var tally = LedgerTally()
            let range = ItemRange(producer: "internal", epoch: 1, first: 1, last: 1)
            let held = Verdict(range: range, decision: .held, code: "review", reason: "a person decides", at: now)
            try ReplyBook.take([held], at: now, tally: &tally, db)
            try ReplyBook.take([Receipt(range: range, at: now)], at: now, tally: &tally, db)
            try tally.flush(db)
        }
        #expect(try await bench.day().repliesInFlight == [IntakeTicket.channel: 1])
        try await notice(bench, replyID, .failed, 500, "busy")
        #expect(try await bench.day().count(.repliesFailed) == 1)
        try await notice(bench, replyID, .acknowledged, 200, "ok")
        try await notice(bench, replyID, .acknowledged, 200, "ok")
        let steps = try await bench.zone.desk.trace(ticketID).filter { $0.step.hasPrefix("reply.") }
        #expect(
            steps.map(\.step) == ["reply.offered", "reply.held", "reply.sent", "reply.failed", "reply.acknowledged"])
        #expect(steps.last?.detail == "accepted: 200 ok")
        let day = try await bench.day()
        #expect(
            day.count(.repliesOffered) == 1 && day.count(.repliesAcknowledged) == 1 && day.count(.repliesFailed) == 0)
        #expect(day.imbalances.isEmpty)
        #expect(try await bench.count("SELECT count(*) FROM outbox") == 1, "kept for a relay that was restored")
    }

    @Test func anAnswerForAReplyThatIsNotThereChangesNothing() async throws {
        let bench = try await bench()
        try await notice(bench, "no-such-reply", .acknowledged, 200, "ok")
        #expect(try await bench.day().count(.repliesAcknowledged) == 0)
    }

    private func notice(
        _ bench: Bench, _ replyID: String, _ state: NoticeBody.ReplyNotice.State, _ status: Int, _ excerpt: String
    ) async throws {
        let body = NoticeBody(
            .reply(
                .init(
                    replyID: replyID, ticketID: ticketID, state: state, status: status, excerpt: excerpt,
                    at: bench.clock.now)))
        try await bench.admit([
            Item(
                id: replyID, channelID: IntakeTicket.channel, kind: .notice, createdAt: bench.clock.now,
                body: body.json())
        ])
    }
}
