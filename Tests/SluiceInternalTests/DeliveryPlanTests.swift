import SluiceSDK
import Testing

@testable import SluiceInternal

@Suite struct DeliveryPlanTests {
    private let now = Bench.start
    private var later: Timestamp { now.adding(.seconds(3600)) }

    private func waiting(_ events: [(event: Int64, ticket: Int64)]) -> [WaitingDelivery] {
        events.map { WaitingDelivery(event: $0.event, ticket: $0.ticket, uid: "e\($0.event)", at: now) }
    }

    private func batch(_ id: Int64, _ members: [WaitingDelivery]) -> OpenBatch {
        OpenBatch(
            id: id, batchID: "b\(id)", events: members.map(\.event), tickets: Set(members.map(\.ticket)), nextAt: now)
    }

    private func plan(
        size: Int = 2, wait: Duration = .zero, concurrency: Int = 4, openBatches: Int = 64
    ) -> DeliveryPlan {
        var limits = DeliveryPlan.Limits()
        limits.concurrency = concurrency
        limits.openBatches = openBatches
        return DeliveryPlan(rule: BatchRule(size: size, wait: wait), cursor: 0, open: [], limits: limits)
    }

    @Test func batchesAreFilledInOrder() {
        var plan = plan()
        plan.read(waiting([(1, 10), (2, 20), (3, 30)]), asked: 8)
        #expect(plan.nextBatches(at: now).map { $0.map(\.event) } == [[1, 2], [3]])
        #expect(plan.lowWater == 3)
    }

    @Test func twoEventsOfATicketMayShareABatchAndNeverRunInTwo() {
        var plan = plan()
        plan.read(waiting([(1, 10), (2, 10), (3, 10), (4, 20)]), asked: 8)
        let batches = plan.nextBatches(at: now)
        #expect(batches.map { $0.map(\.event) } == [[1, 2], [4]])
        for (id, members) in batches.enumerated() { plan.opened(batch(Int64(id), members)) }
        #expect(plan.nextBatches(at: now).isEmpty)
        #expect(plan.lowWater == 2)
        _ = plan.takeDue(at: now)
        plan.delivered(0, at: now)
        #expect(plan.nextBatches(at: now).map { $0.map(\.event) } == [[3]])
    }

    @Test func whileABatchIsRetriedItsTicketsWaitAndOthersGoOn() throws {
        var plan = plan()
        plan.read(waiting([(1, 10), (2, 20)]), asked: 8)
        plan.opened(batch(1, try #require(plan.nextBatches(at: now).first)))
        #expect(plan.takeDue(at: now)?.id == 1)
        plan.failed(1, nextAt: later, at: now)
        plan.read(waiting([(3, 20), (4, 30), (5, 20), (6, 40)]), asked: 8)
        #expect(plan.nextBatches(at: now).map { $0.map(\.event) } == [[4, 6]])
        #expect(plan.lowWater == 2)
        #expect(plan.takeDue(at: later)?.id == 1)
        plan.delivered(1, at: later)
        #expect(plan.nextBatches(at: later).map { $0.map(\.event) } == [[3, 5]])
    }

    @Test func eventsThatWereReadEarlierStayBeforeThoseThatWereReadWhileTheTicketWasHeld() throws {
        var plan = plan(size: 1, concurrency: 1)
        plan.read(waiting([(1, 10), (2, 10)]), asked: 2)
        plan.opened(batch(1, try #require(plan.nextBatches(at: now).first)))
        plan.read(waiting([(3, 10)]), asked: 2)
        _ = plan.takeDue(at: now)
        plan.delivered(1, at: now)
        var order: [Int64] = []
        for id in 2...3 as ClosedRange<Int64> {
            let members = try #require(plan.nextBatches(at: now).first)
            order += members.map(\.event)
            plan.opened(batch(id, members))
            _ = plan.takeDue(at: now)
            plan.delivered(id, at: now)
        }
        #expect(order == [2, 3])
    }

    @Test func aShortBatchWaitsForCompanyAndNotForEver() {
        var plan = plan(size: 10, wait: .milliseconds(200))
        plan.read(waiting([(1, 10)]), asked: 40)
        #expect(plan.nextBatches(at: now).isEmpty)
        #expect(plan.wakeAt(now) == now.adding(.milliseconds(200)))
        #expect(plan.nextBatches(at: now.adding(.milliseconds(200))).count == 1)
    }

    @Test func aClockThatIsPutBackLeavesNothingWaitingForTheOldTime() throws {
        let before = now.adding(.seconds(-30 * 86_400))
        var plan = plan(size: 2, wait: .seconds(1))
        plan.read(waiting([(1, 10)]), asked: 8)
        // The event was made in what is now the future.
        plan.opened(batch(1, try #require(plan.nextBatches(at: before).first)))
        #expect(plan.takeDue(at: before)?.id == 1)
        plan.failed(1, nextAt: before.adding(.seconds(60)), at: before)
        #expect(plan.takeDue(at: before.adding(.seconds(59))) == nil)
        #expect(plan.takeDue(at: before.adding(.seconds(60)))?.id == 1)
    }

    @Test func noMoreThanTheAllowedAttemptsRunAtOnce() {
        var plan = plan(size: 1, concurrency: 2)
        plan.read(waiting([(1, 10), (2, 20), (3, 30)]), asked: 3)
        let batches = plan.nextBatches(at: now)
        #expect(batches.count == 2)
        for (id, members) in batches.enumerated() { plan.opened(batch(Int64(id), members)) }
        #expect(plan.takeDue(at: now) != nil)
        #expect(plan.takeDue(at: now) != nil)
        #expect(plan.takeDue(at: now) == nil)
        #expect(plan.nextBatches(at: now).isEmpty)
    }

    @Test func anIllHandlerIsTriedGentlyAndHearsEverythingAtOnceWhenItIsBack() throws {
        var plan = plan(size: 1, concurrency: 3)
        plan.read(waiting((1...9).map { ($0, $0 * 10) }), asked: 99)
        for (index, members) in plan.nextBatches(at: now).enumerated() { plan.opened(batch(Int64(index + 1), members)) }
        while let running = plan.takeDue(at: now) { plan.failed(running.id, nextAt: later, at: now) }
        #expect(plan.isIll)
        #expect(plan.nextBatches(at: now).isEmpty)
        let probe = now.adding(.seconds(1))
        let members = try #require(plan.nextBatches(at: probe).first)
        plan.opened(batch(4, members))
        #expect(plan.takeDue(at: probe)?.id == 4)
        #expect(plan.nextBatches(at: probe).isEmpty)
        plan.delivered(4, at: probe)
        #expect(!plan.isIll)
        #expect((1...4).compactMap { _ in plan.takeDue(at: probe)?.id }.sorted() == [1, 2, 3])
    }

    @Test func oneNewBatchAtATimeFindsOutWhetherAnIllHandlerIsBack() throws {
        var plan = plan(size: 1, concurrency: 3)
        plan.read(waiting((1...9).map { ($0, $0 * 10) }), asked: 9)
        for (index, members) in plan.nextBatches(at: now).enumerated() { plan.opened(batch(Int64(index + 1), members)) }
        while let running = plan.takeDue(at: now) { plan.failed(running.id, nextAt: later, at: now) }
        let probe = now.adding(.seconds(1))
        plan.opened(batch(4, try #require(plan.nextBatches(at: probe).first)))
        // The worker asks again before it tries the first.
        #expect(plan.appetite(at: probe) == 0)
        #expect(plan.nextBatches(at: probe).isEmpty)
    }

    @Test func withItsOpenBatchesAtTheLimitAnIllHandlerIsStillProbed() throws {
        var plan = plan(size: 1, openBatches: 3)
        plan.read(waiting((1...9).map { ($0, $0 * 10) }), asked: 99)
        for (index, members) in plan.nextBatches(at: now).enumerated() { plan.opened(batch(Int64(index + 1), members)) }
        while let running = plan.takeDue(at: now) { plan.failed(running.id, nextAt: later, at: now) }
        #expect(plan.appetite(at: now) == 0)
        #expect(plan.takeDue(at: now) == nil)
        #expect(plan.wakeAt(now) == now.adding(.seconds(1)))
        #expect(plan.takeDue(at: now.adding(.seconds(1)))?.id == 1)
    }

    @Test func theScheduleRepeatsItsLastIntervalAndSpreadsAllButTheFirst() {
        let schedule = RetrySchedule([.seconds(5), .seconds(100)])
        #expect(schedule.delay(after: 1, random: 0) == .seconds(5))
        for (random, seconds) in [(0.0, 90), (0.5, 100), (1.0, 110)] {
            let delay = schedule.delay(after: 99, random: random)
            #expect(abs(delay.components.seconds - Int64(seconds)) <= 1)
        }
    }
}
