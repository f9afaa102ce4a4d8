import SluiceBoundary
import SluiceSDK
import SluiceStore
import Testing

@testable import SluiceRelay

@Suite struct TwoPersonTests {
    private func held(
        _ channels: Set<String>, _ items: [Item]
    ) async throws -> (zones: ThreeZones, relay: RelayZone, ids: [Int64]) {
        let zones = try ThreeZones()
        let relay = zones.relay(try zones.openRelay()) { $0.twoPersons = channels }
        try zones.send(items)
        _ = try await zones.run(relay) { try !zones.external.verdicts.isEmpty }
        return (zones, relay, try await relay.desk.list(.held).map(\.id))
    }

    @Test func twoDifferentPeopleReleaseAndBothStandInTheVerdict() async throws {
        let (zones, relay, ids) = try await held(["hotline-1"], [Tickets.item("a", wantsReview: true)])
        #expect(try await relay.desk.release(ids[0], by: "Zhang Min") == .needsSecond)
        for name in ["Zhang Min", "zhang  min", "ＺＨＡＮＧ MIN"] {
            await #expect { try await relay.desk.release(ids[0], by: name) } throws: {
                ($0 as? DeskError)?.code == "quarantine.same-person"
            }
        }
        #expect(try zones.external.verdicts == ["1-1 held review.channel"])
        #expect(try await relay.desk.show(ids[0]).approvals.map(\.person) == ["Zhang Min"])
        #expect(try await relay.desk.release(ids[0], by: "李强") == .released)
        #expect(try await relay.desk.show(ids[0]).verdicts.last?.by == "Zhang Min, 李强")
        #expect(try await relay.desk.show(ids[0]).approvals.map(\.person) == ["Zhang Min", "李强"])
        let done = try await zones.run(relay) { try zones.external.receipts.count == 1 }
        #expect(done)
    }

    @Test func otherChannelsNeedOne() async throws {
        let (_, relay, ids) = try await held(["hotline-9"], [Tickets.item("a", wantsReview: true)])
        #expect(try await relay.desk.release(ids[0], by: "张敏") == .released)
    }

    @Test func onePersonCanStillReject() async throws {
        let (_, relay, ids) = try await held(["*"], [Tickets.item("a", wantsReview: true)])
        _ = try await relay.desk.release(ids[0], by: "张敏")
        try await relay.desk.reject(ids[0], by: "李强", reason: "no")
        await #expect(throws: DeskError.self) { try await relay.desk.release(ids[0], by: "王") }
    }

    @Test func aFilterFindsWhatIsMeant() async throws {
        let (_, relay, ids) = try await held(
            [],
            [
                Tickets.item("a", wantsReview: true), Tickets.item("b", channel: "hotline-12388"),
                Tickets.item("c", kind: .ticketUrged, wantsReview: true), Tickets.item("d", channel: "hotline-9"),
            ])
        #expect(ids.count == 3)
        func found(_ filter: QuarantineFilter) async throws -> [Int64] { try await relay.desk.held(filter).map(\.id) }
        #expect(try await found(.init()) == ids)
        #expect(try await found(.init(channelID: "hotline-12388")) == [ids[1]])
        #expect(try await found(.init(code: "review")) == ids)
        #expect(try await found(.init(code: "review.channel", kind: .ticketUrged)) == [ids[2]])
        #expect(try await found(.init(limit: 1)) == [ids[0]])
        #expect(try await found(.init(before: Tickets.time)).isEmpty)
        #expect(try await found(.init(before: Tickets.time.adding(.seconds(1)))) == ids)
        let waiting = try await relay.desk.waiting()
        #expect(waiting.map(\.channelID) == ["hotline-1", "hotline-12388"] && waiting.map(\.count) == [2, 1])
        #expect(waiting.allSatisfy { $0.oldest == Tickets.time })
    }
}
