import Testing

@testable import sluice_bench

/// A run in which something is amiss must not pass for one in which all is well.
@Suite struct ArrivalTests {
    private let workload = Workload(count: 20_000, seed: 1)
    // Testing has one of its own.
    private let expected: sluice_bench.Expectation
    private var good: Arrival

    init() {
        expected = .init(workload)
        good = Arrival(count: workload.count)
        good.events = expected.perTicket
    }

    @Test func everyEventOnceHasNoFault() {
        #expect(good.faults(expected).isEmpty)
        #expect(good.tickets == expected.tickets && good.total == expected.events)
    }

    @Test func aRevisionIsOneMoreEventOfItsTicketAndARepeatIsNone() throws {
        let kinds = (0..<workload.count).map { workload.ticket($0) }
        let revised = try #require(kinds.first { $0.kind == .revised }?.number)
        let repeated = try #require(kinds.indices.first { kinds[$0].kind == .repeated })
        #expect(expected.perTicket[revised] == 2)
        #expect(expected.perTicket[repeated] == 0)
        #expect(expected.events > expected.tickets)
    }

    @Test func aLostRevisionAndAnEventTooManyDoNotMakeUpForEachOther() throws {
        var arrival = good
        let revised = try #require(expected.perTicket.firstIndex(of: 2))
        let other = try #require(expected.perTicket.firstIndex(of: 1))
        arrival.events[revised] -= 1
        arrival.events[other] += 1
        #expect(arrival.total == expected.events && arrival.tickets == expected.tickets)
        #expect(arrival.faults(expected).count == 2)
    }

    @Test func anEventOfATicketThatNobodySentIsAFault() {
        var arrival = good
        arrival.unexpected = 1
        #expect(arrival.faults(expected).count == 1)
    }

    @Test func theSameEventAgainIsAllowed() {
        var arrival = good
        arrival.repeated = 7
        #expect(arrival.faults(expected).isEmpty)
    }
}
