import Testing

@testable import SluiceStore

@Suite struct FailpointTests {
    @Test func aNameAloneIsDueTheFirstTimeItIsPassed() throws {
        let plan = try #require(FailpointPlan.parse("journal.written"))
        #expect(!plan.isDue(.journalCommitted))
        #expect(plan.isDue(.journalWritten))
    }

    @Test func aCountLetsTheOnesBeforePass() throws {
        let plan = try #require(FailpointPlan.parse("journal.written:3"))
        #expect((0..<3).map { _ in plan.isDue(.journalWritten) } == [false, false, true])
    }

    @Test func aControlIsASwitchAndKillsNobody() throws {
        let plan = try #require(FailpointPlan.parse("acknowledge-before-commit"))
        #expect(!plan.isDue(.acknowledgeBeforeCommit))
    }

    @Test(arguments: [
        "", "journal", "journal.written:", "journal.written:0", "journal.written:-1", "journal.written:1:2",
    ])
    func whatArmsNothingIsRefused(_ text: String) {
        #expect(FailpointPlan.parse(text) == nil)
    }

    @Test func everyFailpointIsPassedBySomeZone() {
        for point in Failpoint.allCases {
            #expect(!point.zones.isEmpty && Set(point.zones).isSubset(of: ["external", "relay", "internal"]))
        }
    }
}
