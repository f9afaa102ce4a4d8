import SluiceSDK
import SluiceStore
import Testing

@testable import SluiceInternal

/// A person's hand on a handler's queue.
@Suite struct QueueControlTests {
    private static let hours = RetrySchedule([.seconds(10 * 3600)])

    private func status(_ bench: Bench) async throws -> HandlerStatus {
        try #require(try await HandlerStatus.all(bench.store).first { $0.id == "desk" })
    }

    @Test func aPausedHandlerKeepsItsQueueAlsoOverARestartAndLosesNothing() async throws {
        let (clock, before) = (TestClock(), FakeHandler())
        let bench = try Bench([.fallback(sender: before)], clock: clock)
        try await bench.zone.pause("desk", by: "王敏")
        try await bench.admit([.sample("A-1"), .sample("A-2")])
        #expect(try await status(bench).pausedBy == "王敏")
        #expect(try await status(bench).pausedAt == Bench.start)
        try bench.store.close()

        let after = FakeHandler()
        let again = try Bench(
            [.fallback(sender: after), .copy("other", sender: FakeHandler())], clock: clock, folder: bench.folder)
        try await again.delivering {
            try await again.admit([.sample("A-3")])
            try await eventually("the other handler has it") {
                try await again.day().count(.deliveriesDelivered, "other") == 1
            }
            let day = try await again.day()
            #expect(day.deliveriesPaused == ["desk": 3] && day.deliveriesInFlight.isEmpty)
            #expect(day.imbalances.isEmpty)
            #expect(after.attempts.isEmpty)
            try await again.zone.resume("desk")
            try await eventually("the queue arrived") {
                try await again.day().count(.deliveriesDelivered, "desk") == 3
            }
        }
        #expect(before.attempts.isEmpty)
        #expect(after.said.sorted() == ["A-1", "A-2", "A-3"].map { "\($0) ticket.opened" })
        #expect(try await status(again).pausedAt == nil)
        #expect(try await again.day().imbalances.isEmpty)
    }

    @Test func aRunningWorkerStopsWhenItsHandlerIsPaused() async throws {
        let handler = FakeHandler()
        let bench = try Bench([.fallback(sender: handler)])
        try await bench.delivering {
            try await bench.admit([.sample("A-1")])
            try await eventually("the first arrived") { try await bench.day().count(.deliveriesDelivered) == 1 }
            try await bench.zone.pause("desk", by: "test")
            try await bench.admit([.sample("A-2")])
            // Each ring makes the worker look; a look that delivered would be seen.
            for _ in 0..<20 {
                bench.zone.pipeline.workers.first?.ring()
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(handler.said == ["A-1 ticket.opened"])
            try await bench.zone.resume("desk")
            try await eventually("the second arrived") { try await bench.day().count(.deliveriesDelivered) == 2 }
        }
    }

    @Test func whatWaitsForHoursIsTriedAtOnceWhenItIsRedriven() async throws {
        let handler = FakeHandler { count, _ in count <= 2 ? .refused : .taken }
        let bench = try Bench([.fallback(sender: handler, retry: Self.hours)])
        try await bench.admit([.sample("A-1"), .sample("A-2")])
        try await bench.delivering {
            try await eventually("both failed") { try await status(bench).failedAttempts == 2 }
            let batch = try #require(handler.attempts.first).batch
            try await eventually("the one arrived") {
                _ = try? await bench.zone.redrive("desk", batch: batch)
                return try await bench.day().count(.deliveriesDelivered) == 1
            }
            #expect(handler.attempts.last?.batch == batch)
            try await eventually("the other arrived") {
                _ = try await bench.zone.redrive("desk")
                return try await bench.day().count(.deliveriesDelivered) == 2
            }
        }
        #expect(try await bench.day().imbalances.isEmpty)
    }

    @Test func aStoppedZonesFilesAreChangedAllTheSame() async throws {
        let clock = TestClock()
        let bench = try Bench([.fallback(sender: FakeHandler { _, _ in .refused }, retry: Self.hours)], clock: clock)
        try await bench.admit([.sample("A-1")])
        try await bench.delivering {
            try await eventually("it failed") { try await status(bench).failedAttempts == 1 }
        }
        let control = QueueControl(store: bench.store, clock: { clock.now })
        #expect(try await control.redrive("desk") == 1)
        #expect(try await status(bench).nextAttempt == clock.now)
    }

    @Test func aPausedPullerGetsNothingAndARedrivenLeaseIsGivenAgain() async throws {
        let bench = try Bench([.puller()])
        try await bench.admit([.sample("A-1"), .sample("A-2")])
        #expect(try await bench.zone.pull(limit: 1, for: "desk").count == 1)
        try await bench.zone.pause("desk", by: "test")
        #expect(try await bench.zone.pull(limit: 9, for: "desk").isEmpty)
        try await bench.zone.resume("desk")
        #expect(try await bench.zone.redrive("desk") == 1)
        #expect(try await bench.zone.pull(limit: 9, for: "desk").count == 2)
    }

    @Test func whatIsNotThereIsNamed() async throws {
        let bench = try Bench([.fallback()])
        let handler = await #expect(throws: QueueFault.self) { try await bench.zone.pause("dask", by: "test") }
        #expect(handler?.code == "queue.unknown-handler")
        #expect(handler?.reason.contains("known: desk") == true)
        let batch = await #expect(throws: QueueFault.self) { try await bench.zone.redrive("desk", batch: "none") }
        #expect(batch?.code == "queue.unknown-batch")
    }
}
