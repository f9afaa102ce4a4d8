import Testing

@testable import SluiceInternal

@Suite struct CaseStateTests {
    /// The table of the ticket's contract, written out once more: rows are statuses, columns events.
    private static let expected: [CaseStatus: [CaseEventType: CaseStatus]] = [
        .received: [.assigned: .assigned, .accepted: .inProgress, .inProgress: .inProgress, .returned: .returned],
        .assigned: [.accepted: .inProgress, .inProgress: .inProgress, .returned: .returned],
        .inProgress: [.feedback: .feedback, .replied: .replied, .returned: .returned],
        .feedback: [.reviewed: .reviewing, .replied: .replied],
        .reviewing: [.replied: .replied],
        .replied: [.evaluated: .evaluated, .closed: .closed],
        .evaluated: [.closed: .closed],
        .closed: [:],
        .returned: [.assigned: .assigned],
    ]

    @Test(arguments: CaseStatus.allCases, CaseEventType.allCases)
    func everyCellOfTheTable(status: CaseStatus, event: CaseEventType) throws {
        let state = CaseState(status)
        if let after = Self.expected[status]?[event] {
            #expect(try state.applying(event).status == after)
        } else {
            #expect(throws: CaseTransitionRefused.self) { try state.applying(event) }
        }
    }

    @Test(arguments: CaseStatus.allCases)
    func aRefusalListsExactlyWhatIsAllowed(status: CaseStatus) throws {
        let allowed = Set(try #require(Self.expected[status]).keys)
        let refused = try #require(CaseEventType.allCases.first { !allowed.contains($0) })
        let error = #expect(throws: CaseTransitionRefused.self) { try CaseState(status).applying(refused) }
        #expect(error.map { Set($0.allowed) } == allowed)
    }

    @Test func theTableCoversEveryStatus() {
        #expect(Set(Self.expected.keys) == Set(CaseStatus.allCases))
    }
}
