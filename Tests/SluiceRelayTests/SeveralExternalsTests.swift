import GRDB
import SluiceBoundary
import SluiceSDK
import SluiceStore
import Testing

@testable import SluiceRelay

@Suite struct SeveralExternalsTests {
    typealias Way = SeveralExternals.Way

    @Test(arguments: Way.allCases)
    func eachHasItsOwnChainAndHearsOfItsOwnItemsAlone(way: Way) async throws {
        let zones = try await SeveralExternals(way)
        try zones.send((1...3).map { Tickets.item("n\($0)") }, from: "external")
        try zones.send((1...5).map { Tickets.item("w\($0)", channel: "web-2") }, from: SeveralExternals.second)
        try zones.reply([
            Tickets.reply("n1"), Tickets.reply("w1", channel: "web-2"), Tickets.reply("n2"),
            Tickets.reply("w2", channel: "web-2"),
        ])
        let (first, second) = (zones.externals["external"]!, zones.externals[SeveralExternals.second]!)
        let done = try await zones.run {
            try !first.receipts.isEmpty && !second.receipts.isEmpty && zones.internalStore.receipts.count == 4
        }
        #expect(done)
        func taken(_ producer: String) throws -> [Int] {
            try zones.internalStore.read {
                try Int.fetchAll(
                    $0, sql: "SELECT number FROM taken WHERE producer = ? ORDER BY rowid", arguments: [producer])
            }
        }
        #expect(try taken("external") == [1, 2, 3])
        #expect(try taken("external-2") == [1, 2, 3, 4, 5])
        #expect(try first.verdicts == ["1-3 released ok"] && second.verdicts == ["1-5 released ok"])
        #expect(try first.receipts == ["internal 1-3"] && second.receipts == ["internal 1-5"])
        #expect(try first.texts("SELECT id FROM taken ORDER BY rowid") == ["reply-n1", "reply-n2"])
        #expect(try second.texts("SELECT id FROM taken ORDER BY rowid") == ["reply-w1", "reply-w2"])
        #expect(
            try zones.internalStore.receipts.sorted() == [
                "external 1-1", "external 3-3", "external-2 2-2", "external-2 4-4",
            ])
        #expect(try await zones.relay.stops().isEmpty)
    }

    @Test(arguments: Way.allCases)
    func nobodySpeaksForAnothersChannel(way: Way) async throws {
        let zones = try await SeveralExternals(way)
        try zones.send([Tickets.item("n1"), Tickets.item("w1", channel: "web-2")], from: SeveralExternals.second)
        try zones.send([Tickets.item("w2", channel: "web-2"), Tickets.item("n2")], from: "external")
        let (first, second) = (zones.externals["external"]!, zones.externals[SeveralExternals.second]!)
        let done = try await zones.run { try !first.receipts.isEmpty && !second.receipts.isEmpty }
        #expect(done)
        #expect(try first.verdicts == ["1-1 rejected channel.producer", "2-2 released ok"])
        #expect(try second.verdicts == ["1-1 rejected channel.producer", "2-2 released ok"])
        #expect(try zones.internalStore.taken.count == 2)
    }

    @Test(arguments: Way.allCases)
    func oneThatCannotBeTrustedStopsNobodyElse(way: Way) async throws {
        let stranger = try SigningKey(seed: Array(repeating: 9, count: 32))
        let zones = try await SeveralExternals(way, secondSigner: stranger)
        try zones.send([Tickets.item("w1", channel: "web-2")], from: SeveralExternals.second)
        let stopped = try await zones.run { try await !zones.relay.stops().isEmpty }
        #expect(stopped)
        try zones.send([Tickets.item("n1")], from: "external")
        let done = try await zones.run { try !zones.externals["external"]!.receipts.isEmpty }
        #expect(done)
        let stops = try await zones.relay.stops()
        #expect(stops.map(\.stream.name) == ["external-2-relay"])
        #expect(stops.map(\.code) == ["boundary.bad-signature"])
        #expect(try await zones.relay.resume(producer: SeveralExternals.second))
        #expect(try await !zones.relay.resume(producer: "nobody"))
    }

    /// What a person releases goes to the producer whose channel it is, also on a relay that does not run.
    @Test func aHeldReplyGoesToTheOwnerOfItsChannel() async throws {
        let zones = try await SeveralExternals(.segments)
        var held = Tickets.reply("w1", channel: "web-2")
        held.wantsReview = true
        try zones.reply([held])
        let isHeld = try await zones.run { try await !zones.relay.desk.list(.held).isEmpty }
        #expect(isHeld)
        let entry = try #require(try await zones.relay.desk.list(.held).first)
        try await QuarantineDesk(store: zones.relayStore, clock: { Tickets.time }).release(entry.id, by: "张敏")
        let done = try await zones.run {
            try !zones.externals[SeveralExternals.second]!.texts("SELECT id FROM taken").isEmpty
        }
        #expect(done)
        #expect(try zones.externals["external"]!.texts("SELECT id FROM taken").isEmpty)
    }
}
