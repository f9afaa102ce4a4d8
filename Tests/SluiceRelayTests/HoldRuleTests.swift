import GRDB
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceRelay

/// What holds a ticket that its channel would release by itself.
@Suite struct HoldRuleTests {
    private func finding(_ item: Item, _ change: (inout HoldRule) -> Void) -> Finding {
        var settings = ItemCheckTests.settings
        var rule = HoldRule()
        change(&rule)
        settings.rules = [HoldRule(), rule]
        return ItemCheck(settings: settings, direction: .inward).check(item)
    }

    @Test(arguments: ["路灯", "路 灯", "LED屏"])
    func aWordHoldsHoweverItIsSpaced(word: String) {
        let item = Tickets.item("a") { $0[.description] = .string("门口的路　灯和 ＬＥＤ 屏坏了") }
        let found = finding(item) { $0.words = [word] }
        #expect(found.decision == .held && found.code == "hold.words")
        #expect(found.reason == "rule 2: title has one of its words" || found.reason.contains("description"))
        #expect(!found.reason.contains(word), "what stands in the text is not told")
    }

    @Test func wordsAreLookedForWhereverAPersonWrites() {
        for field in [IntakeField.title, .description, .locationAddress] {
            #expect(finding(Tickets.item("a") { $0[field] = .string("转账") }) { $0.words = ["转账"] }.code == "hold.words")
        }
        let attributes = Tickets.item("a") { $0[.attributes] = .attributes([.init(code: "x", value: "请转账")]) }
        #expect(finding(attributes) { $0.words = ["转账"] }.code == "hold.words")
        #expect(finding(Tickets.item("a")) { $0.words = ["转账"] } == .released)
    }

    @Test func aRuleCountsForItsChannelsAlone() {
        let item = Tickets.item("a")
        #expect(finding(item) { ($0.words, $0.channels) = (["路灯"], ["hotline-9"]) } == .released)
        #expect(finding(item) { ($0.words, $0.channels) = (["路灯"], ["hotline-1"]) }.code == "hold.words")
    }

    @Test func longTextsAreHeld() {
        let item = Tickets.item("a") { $0[.description] = .string(String(repeating: "长", count: 400)) }
        #expect(finding(item) { $0.text = 1000 }.code == "hold.size")
        #expect(finding(item) { $0.text = 2000 } == .released)
    }

    @Test func attachmentsAreHeldByWhatTheTicketSaysOfThem() {
        func ticket(_ items: [TicketAttachment]) -> Item {
            Tickets.item("a") { $0[.attachments] = .attachments(items) }
        }
        let picture = TicketAttachment(name: "a.jpg", mediaType: "image/jpeg", size: 1000)
        let allowed = HoldRule.Attachments(count: 1, size: 2000, types: ["image/*", "application/pdf"])
        func code(_ items: [TicketAttachment]) -> String { finding(ticket(items)) { $0.attachments = allowed }.code }
        #expect(code([picture]) == "ok")
        #expect(code([picture, picture]) == "hold.attachments")
        #expect(code([TicketAttachment(name: "a.jpg", mediaType: "image/jpeg", size: 3000)]) == "hold.attachments")
        #expect(code([TicketAttachment(name: "a.exe", mediaType: "application/x-msdownload")]) == "hold.attachments")
        #expect(code([TicketAttachment(name: "a")]) == "hold.attachments", "a type that is not told is not allowed")
        #expect(code([TicketAttachment(name: "a.pdf", mediaType: "Application/PDF")]) == "ok")
    }

    @Test func whatIsSealedIsHeldUnlessTheRuleSaysOtherwise() throws {
        let folder = TemporaryFolder()
        _ = try KeyFiles.prepareSealing(.init(folder: folder("k"), certificate: folder("c"), copies: []))
        let sealer = try TicketSealer(certificateAt: folder("c"))
        func item(_ scope: SealingScope) throws -> Item {
            var item = Tickets.item("a")
            let parts = try sealer.session(scope, tickets: 1).seal(Tickets.ticket("a"))
            (item.body, item.sealed) = (parts.body, parts.sealed)
            return item
        }
        #expect(try finding(item(.whole)) { $0.words = ["转账"] }.code == "hold.sealed")
        #expect(try finding(item(.whole)) { ($0.words, $0.sealedText) = (["转账"], .release) } == .released)
        #expect(try finding(item(.whole)) { _ in } == .released, "without a rule the channel's own policy counts")
        #expect(try finding(item(.personal)) { $0.words = ["路灯"] }.code == "hold.words")
    }

    @Test func theFirstOfANewChannelAreHeldAndNoneAfterThem() async throws {
        let zones = try ThreeZones()
        var rule = HoldRule()
        rule.probation = 3
        let relay = zones.relay(try zones.openRelay()) { $0.rules = [rule] }
        try zones.send((1...2).map { Tickets.item("n\($0)") })
        _ = try await zones.run(relay) { try !zones.external.verdicts.isEmpty }
        try zones.send((3...6).map { Tickets.item("n\($0)") })
        _ = try await zones.run(relay) { try zones.external.receipts == ["internal 4-6"] }
        #expect(try zones.internalStore.taken == [4, 5, 6])
        #expect(try await relay.desk.list(.held).map(\.code) == Array(repeating: "hold.probation", count: 3))
    }

    @Test func whatComesOverAndAboveAChannelsHabitIsHeld() async throws {
        let zones = try ThreeZones()
        var rule = HoldRule()
        rule.rate = .init(times: 3, least: 5)
        let store = try zones.openRelay()
        let hour = Int(Tickets.time.milliseconds / 3_600_000)
        // Two days at two an hour.
        try store.write { db in
            try db.execute(
                sql: "INSERT INTO channel_seen VALUES ('hotline-1', 96, ?)",
                arguments: [Tickets.time.milliseconds - 48 * 3_600_000])
            for back in 1...48 {
                try db.execute(sql: "INSERT INTO channel_hour VALUES ('hotline-1', ?, 2)", arguments: [hour - back])
            }
        }
        let relay = zones.relay(store) { $0.rules = [rule] }
        try zones.send((1...9).map { Tickets.item("n\($0)") })
        _ = try await zones.run(relay) { try zones.external.receipts == ["internal 1-6"] }
        #expect(try zones.internalStore.taken == Array(1...6), "three times the average of two")
        #expect(try await relay.desk.list(.held).map(\.code) == Array(repeating: "hold.rate", count: 3))
    }

    @Test func withoutADayOfHistoryNoRateIsJudged() async throws {
        let zones = try ThreeZones()
        var rule = HoldRule()
        rule.rate = .init(times: 2, least: 1)
        let relay = zones.relay(try zones.openRelay()) { $0.rules = [rule] }
        try zones.send((1...50).map { Tickets.item("n\($0)") })
        let done = try await zones.run(relay) { try zones.external.receipts == ["internal 1-50"] }
        #expect(done)
    }

    @Test func nothingIsReleasedByTime() async throws {
        let zones = try ThreeZones()
        let store = try zones.openRelay()
        try zones.send([Tickets.item("a", wantsReview: true)])
        _ = try await zones.run(zones.relay(store)) { try !zones.external.verdicts.isEmpty }
        // Ten years on, with everything running.
        let later = Timestamp(milliseconds: Tickets.time.milliseconds + 10 * 365 * 86_400_000)
        let relay = zones.relay(store, clock: { later })
        try zones.send([Tickets.item("b")])
        _ = try await zones.run(relay) { try zones.internalStore.taken == [2] }
        #expect(try await relay.desk.list(.held).count == 1)
        #expect(try zones.internalStore.taken == [2])
    }
}
