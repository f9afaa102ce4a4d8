import SluiceSDK
import SluiceStore
import Testing

@Suite struct DueTimeTests {
    private let now = Timestamp(milliseconds: 1_800_000_000_000)

    @Test func whatLiesBehindIsDueAndWhatLiesAheadIsNot() {
        #expect(DueTime.isDue(now, at: now))
        #expect(!DueTime.isDue(now.adding(.milliseconds(1)), at: now))
        #expect(!DueTime.isDue(now.adding(DueTime.longest), at: now))
    }

    @Test func aTimeThatNobodyCanHaveMeantIsDue() {
        #expect(DueTime.isDue(now.adding(.seconds(30 * 86_400)), at: now))
    }

    @Test func noPauseReachesBehindTheHorizon() {
        let pause = DueTime.limited(.seconds(7 * 86_400))
        #expect(!DueTime.isDue(now.adding(pause), at: now))
        #expect(DueTime.isDue(now.adding(pause), at: now.adding(pause)))
    }
}
