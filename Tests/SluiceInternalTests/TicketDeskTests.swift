import SluiceSDK
import Testing

@testable import SluiceInternal

@Suite struct TicketDeskTests {
    private func bench() async throws -> Bench {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1", description: "路灯不亮"), .sample("A-2", description: "停水三天")])
        return bench
    }

    @Test(arguments: [("停水", ["A-2"]), ("标题 A-", ["A-2", "A-1"]), ("20260105-370402-000001", ["A-1"]), ("没有的词", [])])
    func ticketsAreFoundByAnythingTheySay(text: String, found: [String]) async throws {
        #expect(try await bench().zone.desk.search(text).map(\.externalID) == found)
    }

    @Test func aTextWithQuotesAndPercentSignsIsOnlyText() async throws {
        #expect(try await bench().zone.desk.search("' OR 1=1 -- %").isEmpty)
    }

    @Test func aTicketIsFoundByEachOfItsNumbers() async throws {
        let desk = try await bench().zone.desk
        for id in [IntakeTicket.id("A-2"), "A-2", "20260105-370402-000002"] {
            #expect(try await desk.find(id).map(\.ticketID) == [IntakeTicket.id("A-2")])
        }
        #expect(try await desk.find("A-3").isEmpty)
        #expect(try await desk.latest(1).map(\.externalID) == ["A-2"])
    }

    @Test func personalFieldsAreShownOnlyWhenAskedFor() async throws {
        let desk = try await bench().zone.desk
        let masked = try JSONDocument.parse(try #require(try await desk.document(IntakeTicket.id("A-1")))).root
        #expect(masked["requester"]?["name"]?.string == "张**")
        let open = try #require(try await desk.document(IntakeTicket.id("A-1"), showsPersonal: true))
        #expect(try JSONDocument.parse(open).root["requester"]?["name"]?.string == "张三丰")
        #expect(try await desk.document("none") == nil)
    }

    @Test func whatNeverCameInIsNamed() async throws {
        let bench = try await bench()
        try await bench.admit([.sample("A-3", revision: 2)])
        let asked = [("A-1", 1), ("A-1", 2), ("A-3", 2), ("A-4", 1)].map {
            (ticketID: IntakeTicket.id($0.0), revision: $0.1)
        }
        let missing = try await bench.zone.desk.missing(asked).map(\.ticketID)
        #expect(missing == [IntakeTicket.id("A-1"), IntakeTicket.id("A-4")])
    }

    @Test func aTraceShowsEveryStepWithItsDeliveries() async throws {
        let handler = FakeHandler { count, _ in count == 1 ? .refused : .taken }
        let bench = try Bench([.fallback(sender: handler, retry: RetrySchedule([.milliseconds(1)]))])
        try await bench.admit([.sample("A-1")])
        #expect(
            try await bench.zone.desk.trace(IntakeTicket.id("A-1")).map(\.step) == ["admitted", "delivery.waiting"])
        try await bench.delivering {
            try await eventually("it was delivered") {
                bench.clock.move(.seconds(1))
                bench.zone.pipeline.workers.first?.ring()
                return try await bench.day().count(.deliveriesDelivered) == 1
            }
        }
        let last = try #require(try await bench.zone.desk.trace(IntakeTicket.id("A-1")).last)
        #expect(last.step == "delivered" && last.actor == "desk")
        #expect(last.detail.hasSuffix("after 1 failed"))
    }
}
