import SluiceBoundary
import SluiceSDK
import SluiceStore
import Testing

@testable import SluiceInternal

@Suite struct AdmissionTests {
    @Test func aTicketIsAdmittedOnceHoweverOftenItComes() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1"), .sample("A-2"), .sample("A-1")])
        try await bench.admit([.sample("A-2")])
        #expect(try await bench.count("SELECT count(*) FROM ticket") == 2)
        #expect(try await bench.count("SELECT count(*) FROM revision") == 2)
        #expect(try await bench.count("SELECT count(*) FROM delivery") == 2)
        let day = try await bench.day()
        #expect(day.count(.itemsOpened, IntakeTicket.channel) == 2)
        #expect(day.count(.itemsRepeated, IntakeTicket.channel) == 2)
    }

    @Test func numbersCountForEachDayAndDivisionAndAreNeverGivenTwice() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1"), .sample("A-2", division: "370403"), .sample("A-1")])
        try await bench.admit([.sample("A-3"), .sample("A-4", division: nil)])
        bench.clock.move(.seconds(86_400))
        try await bench.admit([.sample("A-5")])
        #expect(
            try await bench.texts("SELECT number FROM ticket ORDER BY id") == [
                "20260105-370402-000001", "20260105-370403-000001", "20260105-370402-000002", "20260105-370400-000001",
                "20260106-370402-000001",
            ])
    }

    @Test func aNumberThatIsTakenByOtherContentIsFollowedByTheNextOne() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1")])
        try await bench.admit([.sample("A-1", revision: 2, description: "改了", receivedAt: "2026-01-05T08:10:00+08:00")])
        // The outside was restored to a time before the second revision, and counts on from there.
        let later = IntakeTicket.sample(
            "A-1", revision: 2, description: "又改了", receivedAt: "2026-01-05T08:20:00+08:00")
        try await bench.admit([later, later])
        try await bench.admit([.sample("A-1", revision: 2, description: "更早", receivedAt: "2026-01-05T08:05:00+08:00")])
        #expect(try await bench.count("SELECT revision FROM ticket") == 3)
        #expect(try await bench.count("SELECT count(*) FROM revision") == 3)
        let document = try #require(try await bench.zone.desk.document(IntakeTicket.id("A-1")))
        let root = try JSONDocument.parse(document).root
        #expect(root["description"]?.string == "又改了")
        #expect(root["revision"]?.integer == 3)
        let day = try await bench.day()
        #expect(day.count(.itemsRevised) == 2 && day.count(.itemsRepeated) == 2)
    }

    @Test func aRevisionBecomesTheLatestAndIsHeardOf() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1")])
        try await bench.admit([.sample("A-1", revision: 2, description: "改了")])
        #expect(try await bench.texts("SELECT kind FROM event ORDER BY id") == ["ticket.opened", "ticket.revised"])
        #expect(try await bench.count("SELECT revision FROM ticket") == 2)
        let document = try #require(try await bench.zone.desk.document(IntakeTicket.id("A-1")))
        #expect(try JSONDocument.parse(document).root["description"]?.string == "改了")
    }

    @Test(arguments: [[3, 2, 1], [2, 3, 1], [3, 1, 2], [1, 3, 2]])
    func revisionsAreAdmittedInTheirOrderWhateverTheOrderTheyComeIn(arrival: [Int]) async throws {
        let bench = try Bench([.fallback()])
        for revision in arrival { try await bench.admit([.sample("A-1", revision: revision)]) }
        let admitted = try await bench.texts("SELECT revision FROM revision ORDER BY id")
        #expect(admitted == ["1", "2", "3"])
        #expect(try await bench.count("SELECT count(*) FROM waiting") == 0)
        let day = try await bench.day()
        #expect(day.count(.itemsOpened) == 1)
        #expect(day.count(.itemsRevised) == 2)
        #expect(day.count(.itemsWaiting) == 0)
    }

    @Test func aLaterRevisionWaitsBehindOneThatIsHeld() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1"), .sample("A-1", revision: 3), .sample("A-1", revision: 3)])
        #expect(try await bench.count("SELECT revision FROM ticket") == 1)
        #expect(try await bench.count("SELECT count(*) FROM waiting") == 1)
        #expect(try await bench.day().count(.itemsWaiting) == 1)
    }

    @Test func whatTheRelayRejectedDoesNotBlockForEver() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1", revision: 2)])
        #expect(try await bench.count("SELECT count(*) FROM ticket") == 0)
        try await bench.zone.skip(IntakeTicket.id("A-1"), revision: 1)
        #expect(try await bench.count("SELECT revision FROM ticket") == 2)
        #expect(try await bench.texts("SELECT kind FROM event") == ["ticket.opened"])
    }

    @Test func aRejectionThatIsHeardOfBeforeTheLaterRevisionCountsToo() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1")])
        try await bench.zone.skip(IntakeTicket.id("A-1"), revision: 2)
        try await bench.admit([.sample("A-1", revision: 3)])
        #expect(try await bench.count("SELECT revision FROM ticket") == 3)
    }

    @Test func theOutsidesNoticeOfARejectionLetsTheNextRevisionGoOn() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1"), .sample("A-1", revision: 3)])
        for state in [NoticeBody.TicketNotice.State.held, .rejected] {
            let notice = NoticeBody(
                .ticket(
                    .init(
                        ticketID: IntakeTicket.id("A-1"), revision: 2, state: state, code: "text.control",
                        at: bench.clock.now)))
            try await bench.admit([
                Item(
                    id: IntakeTicket.id("A-1"), channelID: IntakeTicket.channel, kind: .notice,
                    createdAt: bench.clock.now, body: notice.json())
            ])
            #expect(try await bench.count("SELECT revision FROM ticket") == (state == .held ? 1 : 3))
        }
        let steps = try await bench.zone.desk.trace(IntakeTicket.id("A-1")).map(\.step)
        #expect(
            steps.filter { ["admitted", "held", "rejected", "revised"].contains($0) } == [
                "admitted", "held", "rejected", "revised",
            ])
    }

    @Test func aRevisionThatComesTooLateChangesNothingAndIsKept() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1")])
        try await bench.zone.skip(IntakeTicket.id("A-1"), revision: 2)
        try await bench.admit([.sample("A-1", revision: 3, description: "三")])
        try await bench.admit([.sample("A-1", revision: 2, description: "二"), .sample("A-1", revision: 2)])
        #expect(try await bench.count("SELECT revision FROM ticket") == 3)
        #expect(try await bench.count("SELECT count(*) FROM event") == 2)
        #expect(try await bench.count("SELECT count(*) FROM revision") == 3)
        #expect(try await bench.day().count(.itemsSuperseded) == 1)
        let steps = try await bench.zone.desk.trace(IntakeTicket.id("A-1")).map(\.step)
        #expect(steps.contains("superseded"))
    }

    @Test func patienceWithAMissingRevisionEnds() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1"), .sample("A-1", revision: 4)])
        bench.clock.move(.seconds(8 * 86_400))
        let (admission, now) = (bench.zone.pipeline.admission, bench.clock.now)
        let limit = Timestamp(milliseconds: now.milliseconds - 7 * 86_400_000)
        try await bench.store.commit { try admission.releaseOverdue(before: limit, at: now, $0) }
        #expect(try await bench.count("SELECT revision FROM ticket") == 4)
    }

    @Test func anItemThatCannotBeReadIsKeptAndStopsNobody() async throws {
        let bench = try Bench([.fallback()])
        var foreign = Item(ticket: .sample("A-2"))
        foreign.channelID = "hotline-12345"
        let broken = Item(
            id: "x", channelID: IntakeTicket.channel, kind: .ticketOpened, createdAt: Bench.start,
            body: Array("{}".utf8))
        try await bench.admit([broken, foreign, Item(ticket: .sample("A-1"))])
        #expect(try await bench.count("SELECT count(*) FROM ticket") == 1)
        #expect(try await bench.texts("SELECT item_id FROM refused ORDER BY id") == ["x", IntakeTicket.id("A-2")])
        #expect(try await bench.day().count(.itemsRefused) == 2)
    }

    @Test func aWithdrawalIsMarkedAndHeardOf() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1")])
        try await bench.admit([Item(ticket: .sample("A-1", revision: 2), kind: .ticketWithdrawn)])
        #expect(try await bench.count("SELECT count(*) FROM ticket WHERE withdrawn_at IS NOT NULL") == 1)
        #expect(try await bench.texts("SELECT kind FROM event ORDER BY id").last == "ticket.withdrawn")
    }

    @Test func aWithdrawalOfWhatTheRelayRejectedIsHeardOfToo() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([Item(ticket: .sample("A-1", revision: 2), kind: .ticketWithdrawn)])
        try await bench.zone.skip(IntakeTicket.id("A-1"), revision: 1)
        #expect(try await bench.texts("SELECT kind FROM event ORDER BY id") == ["ticket.opened", "ticket.withdrawn"])
        #expect(try await bench.count("SELECT count(*) FROM ticket WHERE withdrawn_at IS NOT NULL") == 1)
        #expect(try await bench.day().imbalances.isEmpty)
    }

    @Test func aWithdrawalThatWasOvertakenIsHeardOfAllTheSame() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1")])
        try await bench.zone.skip(IntakeTicket.id("A-1"), revision: 2)
        try await bench.admit([.sample("A-1", revision: 3)])
        try await bench.admit([Item(ticket: .sample("A-1", revision: 2), kind: .ticketWithdrawn)])
        #expect(try await bench.texts("SELECT kind FROM event ORDER BY id").last == "ticket.withdrawn")
        #expect(try await bench.count("SELECT revision FROM ticket") == 3)
        #expect(try await bench.count("SELECT count(*) FROM ticket WHERE withdrawn_at IS NOT NULL") == 1)
    }

    @Test func ledgersCountByTheDayOfReceiptInTheGatewaysZone() async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([
            .sample("A-1", receivedAt: "2026-01-04T16:30:00Z"), .sample("A-2", receivedAt: "2026-01-04T15:30:00Z"),
        ])
        #expect(try await bench.day("2026-01-05").count(.itemsOpened) == 1)
        #expect(try await bench.day("2026-01-04").count(.itemsOpened) == 1)
        #expect(try await bench.zone.ledger.days().map(\.description) == ["2026-01-04", "2026-01-05"])
    }
}
