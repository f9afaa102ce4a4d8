import SluiceConfig
import SluiceExternal
import SluiceSDK
import Testing

struct MappingKindTests {
    private static let words = "{ from: act, lookup: { new: opened, cb: urged, ch: withdrawn } }"

    private func map(
        _ values: [String: SelectedValue], kind: String = words, _ yaml: String = ""
    ) throws -> MappedRecord {
        try MappingFixture.mapping(kind: kind, yaml).map(PlainRecord(values))
    }

    private func issues(_ kind: String) -> [String] {
        do {
            _ = try MappingFixture.mapping(kind: kind)
            return []
        } catch {
            return (error as? ConfigIssues)?.issues.map { "\($0.rule) \($0.place.line):\($0.place.column)" } ?? []
        }
    }

    @Test func aRecordWithoutAWordIsATicket() throws {
        let whole: [String: SelectedValue] = ["id": .text("A1"), "text": .text("漏水")]
        #expect(try map(whole).followUp == nil)
        #expect(try map(whole.merging(["act": .text("new")]) { $1 }).followUp == nil)
        #expect(try map(whole.merging(["act": .text(" ")]) { $1 }).followUp == nil)
        #expect(try map(whole.merging(["act": .text("cb")]) { $1 }).followUp == .urged)
        #expect(try map(whole.merging(["act": .text("withdrawn")]) { $1 }, kind: "act").followUp == .withdrawn)
    }

    /// A default is nothing that the source has said of the ticket; laid over it, it would undo what was.
    @Test func aFollowUpNeedsItsNumberAloneAndTakesNoDefaults() throws {
        let more =
            "urgency: { from: v, lookup: { a: urgent }, default: normal }\ntitle: { template: '{external_id}!' }\n"
        let found = try map(["id": .text("A1"), "act": .text("ch"), "v": .text("z")], more)
        #expect(found.followUp == .withdrawn)
        // The two constants of the fixture stand in the file.
        #expect(found.ticket.fields.map(\.name) == ["external_id", "requested_datetime", "request_type"])
        let fault = #expect(throws: RecordFault.self) { try map(["act": .text("ch")]) }
        #expect(fault?.code == "map.required")
        #expect(fault?.field == "external_id")
    }

    @Test(arguments: [
        ("act", "gone", "map.kind"), (words, "gone", "map.kind"),
        ("{ from: act, lookup: { cb: urged }, default: opened }", "gone", "map.kind"),
    ])
    func aWordThatNobodyKnowsIsNeverTakenForATicket(kind: String, word: String, code: String) throws {
        let values: [String: SelectedValue] = ["id": .text("A1"), "text": .text("漏水"), "act": .text(word)]
        let fault = #expect(throws: RecordFault.self) { try map(values, kind: kind) }
        #expect(fault?.code == code)
        #expect(fault?.field == "kind")
    }

    @Test func aDefaultStandsForNoWord() throws {
        let values: [String: SelectedValue] = ["id": .text("A1")]
        #expect(try map(values, kind: "{ from: act, default: urged }").followUp == .urged)
    }

    @Test(arguments: [
        ("{ from: act, lookup: { cb: urgent } }", ["mapping.kind 1:28"]),
        ("{ from: act, default: closed }", ["mapping.kind 1:29"]),
        ("{ const: withdrawn }", ["mapping.kind 1:7"]),
        ("{ const: opened }", []),
        ("{ template: '{title}' }", ["mapping.kind 1:19"]),
        ("{ from: act, lookup: { cb: urged }, by: x }", ["mapping.step 1:47"]),
        ("'!act'", ["mapping.selector 1:7"]),
    ])
    func mistakesAreFoundBeforeAnythingRuns(kind: String, expected: [String]) {
        #expect(issues(kind) == expected)
    }

    @Test func anExplanationBeginsWithTheKind() throws {
        let mapping = try MappingFixture.mapping(kind: Self.words)
        let found = mapping.explain(PlainRecord(["id": .text("A1"), "act": .text("cb")]))
        #expect(
            found.first
                == FieldExplanation(
                    field: "kind", selector: "act", raw: "cb", steps: [.init(name: "lookup", result: "urged")],
                    value: "urged"))
        #expect(found.compactMap(\.fault).isEmpty)
    }
}
