import SluiceConfig
import SluiceSDK
import Testing

@testable import SluiceInternal

@Suite struct RoutingTests {
    private static func about(_ word: String) -> @Sendable (FilterSubject) -> Bool {
        let filter = TicketFilter.text([FilterWord(word)])
        return { filter.matches($0) }
    }

    private func owners(_ bench: Bench) async throws -> [String] {
        try await bench.texts("SELECT h.name FROM ticket t JOIN handler h ON h.id = t.owner ORDER BY t.id")
    }

    @Test func theFirstOwnerThatMatchesOwnsTheTicketAndTheFallbackTakesTheRest() async throws {
        let bench = try Bench([
            .fallback(), .owner("late", order: 20, matches: Self.about("路灯")),
            .owner("early", order: 10, matches: Self.about("路灯")),
            .owner("water", order: 5, matches: Self.about("停水")),
        ])
        try await bench.admit([
            .sample("A-1"), .sample("A-2", description: "昨晚停水"), .sample("A-3", description: "别的事"),
        ])
        #expect(try await owners(bench) == ["early", "water", "desk"])
    }

    @Test func copiesGetTheirShareBesideTheOwnerAndEveryShareIsLogged() async throws {
        let bench = try Bench([
            .fallback(), .copy("audit", policy: FieldPolicy(mask: [.requesterName], drop: [.attachments])),
            .copy("water", matches: Self.about("停水")),
        ])
        try await bench.admit([.sample("A-1")])
        let shares = try await bench.texts(
            """
            SELECT h.name || ' ' || r.role || ' ' || r.reason || ' ' || p.fields FROM route r
            JOIN handler h ON h.id = r.handler JOIN policy p ON p.id = r.policy ORDER BY h.name
            """)
        #expect(
            shares == [
                "audit copy match mask requester.name; drop attachments", "desk owner fallback all fields",
            ])
        #expect(try await bench.count("SELECT count(*) FROM delivery") == 2)
    }

    @Test func aRevisionKeepsItsOwnerAndMayWinACopy() async throws {
        let bench = try Bench([
            .fallback(), .owner("water", matches: Self.about("停水")), .copy("power", matches: Self.about("停电")),
        ])
        try await bench.admit([.sample("A-1", description: "停水")])
        try await bench.admit([.sample("A-1", revision: 2, description: "停电")])
        #expect(try await owners(bench) == ["water"])
        let heard = try await bench.texts(
            """
            SELECT h.name || ' ' || e.kind FROM delivery d JOIN handler h ON h.id = d.handler
            JOIN event e ON e.id = d.event ORDER BY e.id, h.name
            """)
        #expect(heard == ["water ticket.opened", "power ticket.revised", "water ticket.revised"])
    }

    @Test func aHandlerHearsOnlyWhatItAskedFor() async throws {
        let bench = try Bench([.fallback(), .copy("audit", events: EventSelection(["ticket.revised"]))])
        try await bench.admit([.sample("A-1")])
        #expect(try await bench.count("SELECT count(*) FROM delivery") == 1)
        try await bench.admit([.sample("A-1", revision: 2)])
        #expect(try await bench.count("SELECT count(*) FROM delivery") == 3)
    }

    @Test func withoutExactlyOneFallbackTheZoneDoesNotStart() {
        #expect(throws: RoutingError.fallbacks([])) { _ = try Bench([.owner("a")]) }
        #expect(throws: RoutingError.fallbacks(["a", "b"])) { _ = try Bench([.fallback("a"), .fallback("b")]) }
    }

    @Test func aFamilyOfEventsIsOnePattern() {
        let selection = EventSelection(["ticket.opened", "case.*"])
        #expect(selection.contains("case.replied"))
        #expect(selection.contains("ticket.opened"))
        #expect(!selection.contains("ticket.revised"))
    }
}
