import SluiceSDK
import Testing

@Suite struct IntakeFieldSetTests {
    @Test func everyFieldHasABit() {
        #expect(IntakeField.allCases.count <= 64)
        #expect(IntakeFieldSet.all.count == IntakeField.allCases.count)
        #expect(Array(IntakeFieldSet.all) == IntakeField.allCases)
    }

    @Test func itIsWalkedInTheOrderOfTheDocument() {
        let fields: IntakeFieldSet = [.lineageRaw, .title, .schemaVersion, .title]
        #expect(Array(fields) == [.schemaVersion, .title, .lineageRaw])
        #expect(fields.first == .schemaVersion && fields.count == 3)
        #expect(IntakeFieldSet().first == nil && IntakeFieldSet().isEmpty)
    }

    @Test func setsAreJoinedCutAndTakenAway() {
        let (left, right): (IntakeFieldSet, IntakeFieldSet) = ([.title, .tags, .lineageRaw], [.tags, .source])
        #expect(left.union(right) == [.source, .title, .tags, .lineageRaw])
        #expect(left.intersection(right) == [.tags])
        #expect(left.subtracting(right) == [.title, .lineageRaw])
    }

    /// Values stand beside the set, so whatever is written and taken away must leave each with its own field.
    @Test func aTicketKeepsEachValueWithItsField() {
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var (ticket, expected): (IntakeTicket, [IntakeField: FieldValue]) = (IntakeTicket(), [:])
            for step in 0..<120 {
                let field = IntakeField.allCases.randomElement(using: &numbers) ?? .title
                let value: FieldValue? = Bool.random(using: &numbers) ? .integer(step) : nil
                ticket[field] = value
                expected[field] = value
            }
            #expect(ticket.fields == IntakeFieldSet(expected.keys))
            for field in IntakeField.allCases { #expect(ticket[field] == expected[field]) }
            for (field, value) in ticket.entries { #expect(expected[field] == value) }
        }
    }

    @Test func equalTicketsAreEqualHoweverTheyWereWritten() {
        var (left, right) = (IntakeTicket(), IntakeTicket())
        left[.title] = .string("a")
        left[.tags] = .strings(["b"])
        right[.source] = .string("c")
        right[.tags] = .strings(["b"])
        right[.title] = .string("a")
        #expect(left != right)
        right[.source] = nil
        #expect(left == right)
    }
}
