@testable import SluiceSDK
import Testing

@Suite struct IntakeReadingTests {
    /// A ticket with a value in every field.
    static func full() -> IntakeTicket {
        var ticket = IntakeTicket()
        for field in IntakeField.allCases { ticket[field] = sample(field.definition.kind) }
        ticket[.schemaVersion] = .string(IntakeTicket.schemaVersion)
        return ticket
    }

    private static func sample(_ kind: FieldDefinition.Kind) -> FieldValue {
        switch kind {
        case .string: .string("文字 \"quoted\"\nline")
        case .code(let length): .string(String(repeating: "3", count: length))
        case .boolean: .boolean(true)
        case .number: .number(117.25)
        case .dateTime: .string("2026-01-05T09:30:00+08:00")
        case .choice(let choices): .string(choices[choices.count - 1])
        case .strings: .strings(["a", "b"])
        case .attributes: .attributes([TicketAttribute(code: "k", value: "v")])
        case .attachments:
            .attachments([
                TicketAttachment(
                    name: "a.jpg", mediaType: "image/jpeg", size: 12, sha256: "00", mediaURL: "https://x/a"),
                TicketAttachment(name: "b"),
            ])
        case .rawLineage:
            .rawLineage(
                RawLineage(
                    sha256: "00", bytes: 5, contentType: "text/csv", charset: "gb18030",
                    storedAt: "2026-01-05T09:30:00Z",
                    stripped: ["title"]))
        case .integer: .integer(2)
        }
    }

    private func read(_ bytes: [UInt8], maxText: Int = 65536, isStamped: Bool = true) throws -> IntakeTicket {
        try IntakeTicket(json: JSONDocument.parse(bytes).root, maxText: maxText, isStamped: isStamped)
    }

    /// The full ticket with one piece of its JSON replaced.
    private func violation(replacing old: String, with new: String) throws -> SchemaViolation? {
        let text = String(decoding: Self.full().json(), as: UTF8.self)
        try #require(text.contains(old), "the full ticket has no \(old)")
        let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        do {
            _ = try read(Array((parts[0] + new + parts[1]).utf8))
            return nil
        } catch let violation as SchemaViolation { return violation }
    }

    @Test func everyFieldHasItsRowInTheTable() {
        #expect(FieldDefinition.table.count == IntakeField.allCases.count)
        #expect(Set(FieldDefinition.table.map(\.name)).count == FieldDefinition.table.count)
        // Swift's case names and the document's names say the same.
        for field in IntakeField.allCases {
            let plain = field.name.filter { $0 != "." && $0 != "_" }
            #expect(plain.lowercased() == "\(field)".lowercased())
        }
    }

    @Test func membersOfAGroupStandTogether() {
        var seen: [String] = []
        for group in FieldDefinition.table.compactMap(\.group) where group != seen.last {
            #expect(!seen.contains(group))
            seen.append(group)
        }
    }

    @Test func everyFieldSurvivesWritingAndReading() throws {
        let ticket = Self.full()
        let back = try read(ticket.json())
        #expect(back == ticket)
        #expect(back.json() == ticket.json())
    }

    @Test(arguments: IntakeField.allCases) func aFieldAloneSurvives(_ field: IntakeField) throws {
        var ticket = Self.full()
        for other in IntakeField.allCases where !other.definition.isRequired && other != field { ticket[other] = nil }
        #expect(try read(ticket.json()) == ticket)
    }

    @Test(arguments: IntakeField.allCases.filter { $0.definition.isRequired })
    func aMissingRequiredFieldIsNamed(_ field: IntakeField) throws {
        var ticket = Self.full()
        ticket[field] = nil
        #expect(throws: SchemaViolation(field.name, "schema.required", "the field is missing")) {
            try read(ticket.json())
        }
    }

    @Test(arguments: IntakeField.allCases) func anotherTypeIsNamed(_ field: IntakeField) throws {
        var ticket = Self.full()
        ticket[field] = field.definition.kind == .boolean ? .string("true") : .boolean(true)
        do {
            _ = try read(ticket.json())
            Issue.record("a wrong type in \(field.name) was taken")
        } catch let violation as SchemaViolation {
            #expect(violation.code == "schema.type")
            #expect(violation.path == field.name)
        }
    }

    @Test func aTicketWithoutStampsIsReadOnlyWhenAskedFor() throws {
        var ticket = Self.full()
        for field in IntakeField.allCases where field.definition.writer == .gateway { ticket[field] = nil }
        #expect(try read(ticket.json(), isStamped: false) == ticket)
        #expect(throws: SchemaViolation.self) { try read(ticket.json()) }
    }

    @Test(arguments: [
        (#""title":"#, #""titel":"#, "schema.unknown-field", "titel"),
        (#""name":"#, #""nick":"#, "schema.unknown-field", "requester.nick"),
        (#""code":"k""#, #""kode":"k""#, "schema.unknown-field", "attributes[0].kode"),
        (#""title":"#, #""source":"#, "schema.duplicate-field", "source"),
        (#""code":"k""#, #""code":"k","code":"k""#, "schema.duplicate-field", "attributes[0].code"),
        (#""title":"#, #""title":null,"source2":"#, "schema.type", "title"),
        (#""request_type":"praise""#, #""request_type":"joy""#, "schema.choice", "request_type"),
        (#""division_code":"333333""#, #""division_code":"33333""#, "schema.code", "location.division_code"),
        (
            #""received_at":"2026-01-05T09:30:00+08:00""#, #""received_at":"2026-01-05""#, "schema.date-time",
            "received_at"
        ),
        (#""stored_at":"2026-01-05T09:30:00Z""#, #""stored_at":"soon""#, "schema.date-time", "lineage.raw.stored_at"),
        (#""revision":2"#, #""revision":-2"#, "schema.range", "revision"),
        (#""revision":2"#, #""revision":2.5"#, "schema.type", "revision"),
        (#""size":12"#, #""size":"12""#, "schema.type", "attachments[0].size"),
        (#"{"name":"b"}"#, #"{"media_type":"b"}"#, "schema.required", "attachments[1].name"),
        (#"{"name":"b"}"#, #""b""#, "schema.type", "attachments[1]"),
        (#""tags":["a","b"]"#, #""tags":["a",1]"#, "schema.type", "tags[1]"),
        (#""schema_version":"1""#, #""schema_version":"9""#, "schema.version", "schema_version"),
    ])
    func aBadPlaceIsNamed(_ old: String, _ new: String, _ code: String, _ path: String) throws {
        let found = try violation(replacing: old, with: new)
        #expect(found?.code == code)
        #expect(found?.path == path)
    }

    @Test func aTextOverTheBoundIsRefusedAndOneAtItIsNot() throws {
        var ticket = Self.full()
        ticket[.description] = .string(String(repeating: "中", count: 100))
        #expect(try read(ticket.json(), maxText: 300) == ticket)
        #expect(throws: SchemaViolation("description", "schema.too-long", "the text is longer than 299 bytes")) {
            try read(ticket.json(), maxText: 299)
        }
    }

    @Test func whatIsNoObjectIsRefused() {
        #expect(throws: SchemaViolation("", "schema.type", "an object was expected")) { try read(Array("[]".utf8)) }
    }

    @Test func theSchemaNamesEveryFieldAndWhatIsRequired() throws {
        let schema = try JSONDocument.parse(IntakeTicket.jsonSchema()).root
        for definition in FieldDefinition.table {
            var node: JSONElement? = schema
            if let group = definition.group { node = node?["properties"]?[group] }
            #expect(node?["additionalProperties"]?.boolean == false)
            #expect(node?["properties"]?[definition.key]?["title"]?.string == definition.labelZH)
            var required: [String] = []
            node?["required"]?.forEachElement { required.append($0.string ?? "") }
            #expect(required.contains(definition.key) == definition.isRequired)
        }
        #expect(schema["properties"]?["urgency"]?["enum"]?[0]?.string == "normal")
        #expect(schema["properties"]?["lineage"]?["properties"]?["raw"]?["additionalProperties"]?.boolean == false)
    }
}
