import SluiceSDK
import SluiceStore
import Testing

@testable import SluiceInternal

@Suite struct DeliveryTests {
    private static let quick = RetrySchedule([.milliseconds(1)])
    private static let pairs = BatchRule(size: 2, wait: .zero)

    /// Moves the bench's clock along, so that repeats become due.
    private func ticking(_ bench: Bench, until condition: @escaping @Sendable () async throws -> Bool) async throws {
        try await bench.delivering {
            try await eventually("everything was delivered") {
                bench.clock.move(.seconds(1))
                for worker in bench.zone.pipeline.workers { worker.ring() }
                return try await condition()
            }
        }
    }

    private func delivered(_ bench: Bench, _ count: Int) -> @Sendable () async throws -> Bool {
        { try await bench.day().count(.deliveriesDelivered) == count }
    }

    @Test func everyEventArrivesOnceAndIsCounted() async throws {
        let handler = FakeHandler()
        let bench = try Bench([.fallback(sender: handler, batch: BatchRule(size: 50, wait: .zero))])
        try await bench.admit((1...120).map { .sample("A-\($0)") })
        try await ticking(bench, until: delivered(bench, 120))
        // Batches may overtake each other; the order that counts is each ticket's.
        #expect(Set(handler.said) == Set((1...120).map { "A-\($0) ticket.opened" }))
        #expect(handler.said.count == 120)
        #expect(Set(handler.attempts.flatMap(\.events)).count == 120)
        #expect(handler.attempts.map(\.events.count).sorted() == [20, 50, 50])
        let day = try await bench.day()
        #expect(day.count(.deliveriesMade) == 120)
        #expect(day.imbalances.isEmpty)
        let status = try #require(try await HandlerStatus.all(bench.store).first)
        #expect(status.queue == 0 && status.delivered == 120 && status.lastError == nil)
    }

    @Test func withoutABatchRuleEveryEventIsARequest() async throws {
        let handler = FakeHandler()
        let bench = try Bench([.fallback(sender: handler)])
        try await bench.admit((1...30).map { .sample("A-\($0)") })
        try await ticking(bench, until: delivered(bench, 30))
        #expect(handler.attempts.allSatisfy { $0.events.count == 1 })
        #expect(Set(handler.said).count == 30)
    }

    @Test func aBatchKeepsItsIdAndMembersInEveryAttempt() async throws {
        let handler = FakeHandler { count, _ in count <= 2 ? .refused : .taken }
        let bench = try Bench([.fallback(sender: handler, retry: Self.quick, batch: Self.pairs)])
        try await bench.admit([.sample("A-1"), .sample("A-2")])
        try await bench.delivering {
            try await eventually("a first attempt failed") { !handler.attempts.isEmpty }
            try await bench.admit([.sample("A-3")])
            try await eventually("all arrived") {
                bench.clock.move(.seconds(1))
                bench.zone.pipeline.workers.first?.ring()
                return try await bench.day().count(.deliveriesDelivered) == 3
            }
        }
        let first = handler.attempts.filter { $0.said.contains("A-1 ticket.opened") }
        #expect(first.count >= 2)
        #expect(Set(first.map(\.batch)).count == 1)
        #expect(Set(first.map(\.events)).count == 1)
    }

    @Test func theOrderOfATicketHoldsUnderFailures() async throws {
        let handler = FakeHandler { count, _ in count % 3 == 0 ? .taken : .refused }
        let bench = try Bench([.fallback(sender: handler, retry: Self.quick, batch: Self.pairs)])
        try await bench.admit((1...6).map { .sample("A-\($0)") })
        for revision in 2...4 { try await bench.admit((1...6).map { .sample("A-\($0)", revision: revision) }) }
        try await ticking(bench, until: delivered(bench, 24))
        let taken = handler.attempts.enumerated().filter { ($0.offset + 1) % 3 == 0 }.flatMap(\.element.revisions)
        for ticket in 1...6 {
            #expect(taken.filter { $0.hasPrefix("A-\(ticket)/") } == (1...4).map { "A-\(ticket)/\($0)" })
        }
    }

    @Test func aHandlerThatFailsOrHangsDoesNotSlowTheOthers() async throws {
        let (ill, hanging, well) = (FakeHandler { _, _ in .refused }, FakeHandler { _, _ in .hangs }, FakeHandler())
        let bench = try Bench([
            .fallback(sender: well, batch: Self.pairs), .copy("ill", sender: ill, batch: Self.pairs),
            .copy("hanging", sender: hanging, batch: Self.pairs),
        ])
        try await bench.admit((1...40).map { .sample("A-\($0)") })
        try await bench.delivering {
            try await eventually("the well handler has everything") {
                try await bench.day().count(.deliveriesDelivered, "desk") == 40
            }
        }
        #expect(Set(well.said).count == 40)
        let statuses = try await HandlerStatus.all(bench.store)
        #expect(statuses.first { $0.id == "ill" }?.queue == 40)
        #expect(statuses.first { $0.id == "ill" }?.lastError == "[fake.refused] the handler answers 500")
        #expect(statuses.first { $0.id == "hanging" }?.queue == 40)
        #expect(try await bench.day().imbalances.isEmpty)
    }

    @Test func aStopBetweenTheAnswerAndOurCommitRepeatsTheSameBatch() async throws {
        let (clock, before) = (TestClock(), FakeHandler { _, _ in .hangs })
        let bench = try Bench([.fallback(sender: before, batch: Self.pairs)], clock: clock)
        try await bench.admit([.sample("A-1"), .sample("A-2")])
        try await bench.delivering {
            try await eventually("the batch was sent") { !before.attempts.isEmpty }
        }
        try bench.store.close()
        let after = FakeHandler()
        let again = try Bench(
            [.fallback(sender: after, batch: BatchRule(size: 50, wait: .zero))], clock: clock, folder: bench.folder)
        try await again.admit([.sample("A-3")])
        try await ticking(again, until: delivered(again, 3))
        let repeated = try #require(before.attempts.first)
        #expect(before.attempts == [repeated])
        #expect(after.attempts.contains(repeated))
        #expect(after.attempts.count == 2)
        #expect(try await again.day().count(.deliveriesRepeated) == 2)
        #expect(try await again.day().imbalances.isEmpty)
    }

    @Test func eachHandlerSeesTheTicketWithItsOwnMasks() async throws {
        let bench = try Bench([
            .fallback(), .copy("audit", policy: FieldPolicy(mask: [.requesterPhone], drop: [.title])),
        ])
        try await bench.admit([.sample("A-1")])
        let renderer = EventRenderer(store: bench.store, roster: bench.zone.roster, zone: Bench.zone)
        let (desk, audit) = (try #require(bench.zone.roster["desk"]), try #require(bench.zone.roster["audit"]))
        let open = try JSONDocument.parse(try #require(try await renderer.render([1], for: desk).first)).root
        let masked = try JSONDocument.parse(try #require(try await renderer.render([1], for: audit).first)).root
        #expect(open["specversion"]?.string == "1.0")
        #expect(open["type"]?.string == "ticket.opened")
        #expect(open["subject"]?.string == IntakeTicket.id("A-1"))
        #expect(open["source"]?.string == "/sluice/370400")
        #expect(open["time"]?.string == "2026-01-05T09:30:00+08:00")
        #expect(open["id"]?.string == masked["id"]?.string)
        #expect(open["data"]?["requester"]?["phone"]?.string == "13812341234")
        #expect(open["data"]?["handling"]?["status"]?.string == "received")
        #expect(open["data"]?["handling"]?["number"]?.string == "20260105-370402-000001")
        #expect(open["data"]?["handling"]?["agency_code"]?.string == "desk")
        #expect(masked["data"]?["requester"]?["phone"]?.string == "138****1234")
        #expect(masked["data"]?["title"] == nil)
        #expect(masked["data"]?["handling"]?["held_back"]?.string == "mask requester.phone; drop title")
    }
}
