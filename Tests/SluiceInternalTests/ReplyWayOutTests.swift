import GRDB
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore
import Testing

@testable import SluiceInternal

/// What internal.yaml lets out.
@Suite struct ReplyWayOutTests {
    private func bench(_ change: (inout WayOut) -> Void) async throws -> Bench {
        var wayOut = WayOut()
        change(&wayOut)
        let bench = try Bench([.fallback()], replies: wayOut)
        try await bench.admit([.sample("A-1")])
        _ = try await report(bench, .accepted)
        return bench
    }

    private func report(_ bench: Bench, _ type: CaseEventType, text: String? = nil) async throws -> CaseAnswer {
        try await bench.zone.report(
            HandlerEvent(eventID: "e-\(type.rawValue)", type: type, publicText: text),
            on: IntakeTicket.id("A-1"), by: "desk")
    }

    /// Event, and whether a person at the relay is asked for, as they wait to leave.
    private func leaving(_ bench: Bench) async throws -> [String] {
        try await bench.texts(
            """
            SELECT r.event || CASE o.review WHEN 1 THEN ' review' ELSE '' END FROM outbox o
            JOIN reply r ON r.id = o.reference WHERE o.kind = 'case.event' ORDER BY o.id
            """)
    }

    @Test func byItselfEverythingOfTheFixedListLeaves() async throws {
        let bench = try await bench { _ in }
        _ = try await report(bench, .replied, text: "已修复")
        #expect(try await leaving(bench) == ["accepted", "replied"])
    }

    @Test func freeTextAsksForAPersonAndAStatusDoesNot() async throws {
        let bench = try await bench { $0.texts = [IntakeTicket.channel: .review] }
        _ = try await report(bench, .replied, text: "已修复")
        #expect(try await leaving(bench) == ["accepted", "replied review"])
    }

    @Test func textThatStaysInsideIsRefusedToTheHandlerAndNothingMoves() async throws {
        let bench = try await bench { $0.otherTexts = .never }
        await #expect { try await report(bench, .replied, text: "已修复") } throws: {
            ($0 as? CaseError)?.code == "event.text-stays-inside"
        }
        #expect(try await bench.texts("SELECT status FROM ticket") == ["in_progress"])
        #expect(try await leaving(bench) == ["accepted"])
    }

    @Test func eventsThatAreNotListedMoveTheCaseAndStayInside() async throws {
        let bench = try await bench { $0.events = ["replied"] }
        #expect(try await bench.texts("SELECT status FROM ticket") == ["in_progress"])
        _ = try await report(bench, .replied, text: "已修复")
        #expect(try await leaving(bench) == ["replied"])
        #expect(try await bench.day().imbalances.isEmpty)
    }
}
