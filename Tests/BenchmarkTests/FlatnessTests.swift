import Testing

@testable import sluice_bench

/// A soak's verdict must be able to be no.
@Suite struct FlatnessTests {
    /// A figure every five seconds for ten minutes.
    private func series(_ value: (Double) -> Double) -> Series {
        Series(stride(from: 0, to: 600, by: 5).map { .init(second: $0, value: value($0)) })
    }

    private func noise(_ width: Double) -> () -> Double {
        var numbers = SeededNumbers(seed: 7)
        return { (numbers.unit() - 0.5) * width }
    }

    @Test func memoryThatGrowsByFourMiBAMinuteIsNotFlat() {
        let next = noise(6)
        #expect(!Flatness.memory.holds(series { 60 + $0 / 60 * 4 + next() }))
    }

    @Test func memoryThatJittersIsFlat() {
        let next = noise(60)
        #expect(Flatness.memory.holds(series { _ in 90 + next() }))
    }

    @Test func aSpikeIsNoGrowth() {
        #expect(Flatness.memory.holds(series { $0 > 450 && $0 < 500 ? 400 : 60 }))
    }

    @Test func aStepThatStaysIsGrowth() {
        #expect(!Flatness.memory.holds(series { $0 > 350 ? 90 : 60 }))
    }

    @Test func whatShrinksIsFlat() {
        #expect(Flatness.memory.holds(series { 200 - $0 / 10 }))
    }

    @Test func aWarmUpHidesNothingThatGoesOn() {
        let grows = series { min($0, 60) + 40 }
        #expect(Flatness.memory.holds(grows.dropping(first: 60)))
        #expect(!Flatness.memory.holds(series { $0 / 5 }.dropping(first: 60)))
    }

    @Test func twoDescriptorsLostInAMinuteAreNotFlatAndOnesThatComeAndGoAre() {
        #expect(!Flatness.descriptors.holds(series { 50 + ($0 / 30).rounded(.down) }))
        #expect(Flatness.descriptors.holds(series { 50 + $0.truncatingRemainder(dividingBy: 40) / 10 }))
    }

    @Test func aBacklogThatLosesAHundredthOfTheRateIsNotFlat() {
        let rate = 3_000.0
        #expect(!Flatness.backlog(perSecond: rate).holds(series { 500 + $0 * rate / 100 }))
        let next = noise(4_000)
        #expect(Flatness.backlog(perSecond: rate).holds(series { _ in 2_500 + next() }))
    }

    @Test func fewPointsShowNothing() {
        let points = (0..<Flatness.fewestPoints - 1).map { Series.Point(second: Double($0), value: 1) }
        #expect(!Flatness.memory.holds(Series(points)))
        #expect(!Flatness.memory.holds(Series([])))
    }

    @Test func theSlopeIsThatOfALineForAMinute() {
        #expect(abs(series { 10 + $0 / 60 * 4 }.slopePerMinute - 4) < 1e-9)
        #expect(series { _ in 10 }.slopePerMinute == 0)
    }
}
