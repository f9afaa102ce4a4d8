import SluiceSDK
import Testing

@testable import SluiceBoundary

@Suite struct TallyBodyTests {
    static let tally = TallyBody(
        day: "2026-01-05", channelID: "hotline-1",
        counts: [.messages: 2, .received: 7, .new: 4, .revised: 1, .absorbed: 1, .rejected: 1, .itemsAdmitted: 3],
        open: [
            .init(ticketID: "t1", revision: 1, state: .held), .init(ticketID: "t2", revision: 2, state: .waiting),
        ], at: Timestamp(milliseconds: 1_790_000_000_000))

    @Test func aTallyReadsBackAsItWasWritten() throws {
        let read = try TallyBody(json: Self.tally.json())
        #expect(read.id == Self.tally.id)
        #expect(read.open == Self.tally.open)
        #expect(TallyBody.Entry.allCases.allSatisfy { read.count($0) == Self.tally.count($0) })
        #expect(read.openCount == 2)
    }

    @Test(arguments: [
        (#""received":7"#, #""received":7,"note":1"#, "schema.unknown-field"),
        (#""received":7"#, #""received":-7"#, "schema.count"),
        (#""received":7,"#, "", "schema.count"),
        (#""received":7"#, #""received":9223372036854775807"#, "schema.count"),
        (#""received":7"#, #""received":"7""#, "schema.type"),
        ("2026-01-05", "2026/01/05", "schema.name"),
        ("2026-01-05", "20260105--", "schema.date"),
        ("t1/1/held", "t1/0/held", "schema.open"),
        ("t1/1/held", "t1/1/lost", "schema.open"),
        ("t1/1/held", "t1", "schema.open"),
        (#""schema_version":"1""#, #""schema_version":"2""#, "schema.version"),
    ])
    func aTallyThatIsNotQuiteOneIsRefused(find: String, replace: String, code: String) throws {
        let text = String(decoding: Self.tally.json(), as: UTF8.self)
        try #require(text.contains(find))
        let fault = #expect(throws: BodyFault.self) {
            try TallyBody(json: Array(text.replacing(find, with: replace, maxReplacements: 1).utf8))
        }
        #expect(fault?.code == code)
    }

    @Test func noMoreItemsAreNamedThanOneBodyMayHold() throws {
        let many = (1...2000).map { TallyBody.OpenItem(ticketID: "t\($0)", revision: 1, state: .waiting) }
        var tally = Self.tally
        tally = TallyBody(day: tally.day, channelID: tally.channelID, counts: tally.counts, open: many, at: tally.at)
        #expect(try TallyBody(json: tally.json()).open.count == TallyBody.mostOpen)
    }
}
