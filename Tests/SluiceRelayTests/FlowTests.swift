import GRDB
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore
import Testing

@testable import SluiceRelay

@Suite struct FlowTests {
    @Test func aCleanBatchGoesThroughAndItsVerdictAndReceiptComeBack() async throws {
        let zones = try ThreeZones()
        let relay = zones.relay(try zones.openRelay())
        try zones.send((1...500).map { Tickets.item("n\($0)") })
        let done = try await zones.run(relay) { try !zones.external.receipts.isEmpty }
        #expect(done)
        #expect(try zones.internalStore.taken == Array(1...500))
        #expect(try zones.external.verdicts == ["1-500 released ok"])
        #expect(try zones.external.receipts == ["internal 1-500"])
        let body = try zones.internalStore.texts("SELECT body FROM taken WHERE number = 7")
        #expect(body == [String(decoding: Tickets.item("n7").body, as: UTF8.self)])
    }

    @Test func aReplyTravelsOutwardTheSameWay() async throws {
        let zones = try ThreeZones()
        let relay = zones.relay(try zones.openRelay())
        try zones.reply([Tickets.reply("a"), Tickets.reply("b")])
        let done = try await zones.run(relay) { try !zones.internalStore.receipts.isEmpty }
        #expect(done)
        #expect(try zones.external.texts("SELECT id FROM taken") == ["reply-a", "reply-b"])
        #expect(try zones.internalStore.verdicts == ["1-2 released ok"])
        #expect(try zones.internalStore.receipts == ["external 1-2"])
    }

    @Test func badItemsStayWhileTheGoodOnesAroundThemGoOn() async throws {
        let zones = try ThreeZones()
        let relay = zones.relay(try zones.openRelay())
        try zones.send([
            Tickets.item("good"), Tickets.item("held", channel: "hotline-12388"),
            Tickets.item("stranger", channel: "hotline-9"),
            Tickets.item("bad") { $0[.title] = .string("bell \u{7}") }, Tickets.item("fine"),
        ])
        let done = try await zones.run(relay) { try zones.external.receipts.count == 2 }
        #expect(done)
        #expect(try zones.internalStore.taken == [1, 5])
        #expect(
            try zones.external.verdicts == [
                "1-1 released ok", "2-2 held review.relay", "3-3 rejected channel.unknown", "4-4 rejected text.control",
                "5-5 released ok",
            ])
        #expect(try zones.external.receipts == ["internal 1-1", "internal 5-5"])
    }

    @Test func aHeldItemGoesOnWhenAPersonReleasesItAndOnlyOnce() async throws {
        let zones = try ThreeZones()
        let relay = zones.relay(try zones.openRelay())
        try zones.send([Tickets.item("a"), Tickets.item("secret", channel: "hotline-12388"), Tickets.item("b")])
        _ = try await zones.run(relay) { try zones.external.receipts.count == 2 }
        let held = try await relay.desk.list(.held)
        #expect(held.map(\.channelID) == ["hotline-12388"])
        let id = try #require(held.first?.id)
        let detail = try await relay.desk.show(id)
        #expect(detail.body.contains("路灯不亮"))
        #expect(detail.verdicts.map(\.code) == ["review.relay"])

        try await relay.desk.release(id, by: "李工")
        await #expect { try await relay.desk.release(id, by: "李工") } throws: {
            ($0 as? DeskError)?.code == "quarantine.not-held"
        }
        let done = try await zones.run(relay) { try zones.external.receipts.count == 3 }
        #expect(done)
        #expect(try zones.internalStore.taken == [1, 3, 2])
        #expect(try zones.external.verdicts.last == "2-2 released desk.released")
        #expect(try await relay.desk.list().isEmpty)
        #expect(try await relay.desk.show(id).verdicts.map(\.by) == ["relay", "李工"])
    }

    @Test func aRejectedItemStaysAndItsReasonTravelsBack() async throws {
        let zones = try ThreeZones()
        let relay = zones.relay(try zones.openRelay())
        try zones.send([Tickets.item("a", wantsReview: true)])
        _ = try await zones.run(relay) { try !zones.external.verdicts.isEmpty }
        let id = try #require(try await relay.desk.list().first?.id)
        try await relay.desk.reject(id, by: "王", reason: "含有\u{7}个人信息")
        let done = try await zones.run(relay) { try zones.external.verdicts.count == 2 }
        #expect(done)
        #expect(try zones.external.verdicts == ["1-1 held review.channel", "1-1 rejected desk.rejected"])
        #expect(try zones.external.texts("SELECT reason FROM verdict").last == "含有个人信息")
        #expect(try zones.internalStore.taken.isEmpty)
        await #expect(throws: DeskError.self) { try await relay.desk.release(id, by: "王") }
        await #expect(throws: DeskError.self) { try await relay.desk.show(4711) }
    }

    @Test func theLedgerCountsEachItemOnceAndBalances() async throws {
        let zones = try ThreeZones()
        let relay = zones.relay(try zones.openRelay())
        try zones.send([
            Tickets.item("a"), Tickets.item("b"), Tickets.item("c", channel: "hotline-12388"),
            Tickets.item("d", channel: "hotline-12388"), Tickets.item("e", channel: "hotline-9"),
        ])
        _ = try await zones.run(relay) { try !zones.external.receipts.isEmpty }
        let first = try #require(try await relay.desk.list(.held).first?.id)
        try await relay.desk.release(first, by: "李")
        _ = try await zones.run(relay) { try zones.external.receipts.count == 2 }
        let counts = try await relay.counts(day: Tickets.time.day(in: .shanghai))
        typealias Count = RelayLedger.Count
        #expect(
            counts == [
                Count(producer: "external", channelID: "hotline-1", kind: "ticket.opened", released: 2, taken: 2),
                Count(
                    producer: "external", channelID: "hotline-12388", kind: "ticket.opened", released: 1, held: 1,
                    taken: 1),
                Count(producer: "external", channelID: "hotline-9", kind: "ticket.opened", rejected: 1),
            ])
        #expect(counts.reduce(0) { $0 + $1.received } == 5)
        #expect(try await relay.counts(day: "2020-01-01").isEmpty)
        await #expect(throws: DeskError.self) { try await relay.counts(day: "yesterday") }
    }
}
