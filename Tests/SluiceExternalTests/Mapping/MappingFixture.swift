import SluiceConfig
import SluiceExternal
import SluiceSDK

/// Compiles a `ticket:` section written as YAML.
enum MappingFixture {
    /// The four fields that every channel must map.
    static let required = """
        external_id: id
        request_type: { const: complaint }
        description: text
        requested_datetime: { const: "2026-01-05T09:30:00+08:00" }

        """

    static func mapping(_ yaml: String, lookups: [String: [String: String]] = [:]) throws -> Mapping {
        let value = try YAMLFile.parse(yaml, file: "a.yaml")
        return try Mapping(compiling: value.entries ?? [], format: PlainFormat(), zone: .shanghai, lookups: lookups)
    }

    /// A channel that takes follow-ups.
    static func mapping(kind: String, _ yaml: String = "") throws -> Mapping {
        let kind = try YAMLFile.parse("kind: \(kind)", file: "a.yaml")["kind"]
        let value = try YAMLFile.parse(required + yaml, file: "a.yaml")
        return try Mapping(compiling: value.entries ?? [], kind: kind, format: PlainFormat(), zone: .shanghai)
    }

    /// What is wrong with a section that has the required fields and these.
    static func issues(_ yaml: String, lookups: [String: [String: String]] = [:]) -> [String] {
        do {
            _ = try mapping(required + yaml, lookups: lookups)
            return []
        } catch let error as ConfigIssues {
            return error.issues.map(\.description)
        } catch {
            return ["\(error)"]
        }
    }

    /// Maps a record that has the required fields and these.
    static func map(
        _ yaml: String, _ values: [String: SelectedValue] = [:], lists: [String: [PlainRecord]] = [:],
        lookups: [String: [String: String]] = [:]
    ) throws -> MappedRecord {
        let base: [String: SelectedValue] = ["id": .text("A1"), "text": .text("漏水")]
        let record = PlainRecord(base.merging(values) { _, new in new }, lists: lists)
        return try mapping(required + yaml, lookups: lookups).map(record)
    }

    /// The fault of such a record; nil when it maps.
    static func fault(
        _ yaml: String, _ values: [String: SelectedValue] = [:], lists: [String: [PlainRecord]] = [:]
    ) throws -> RecordFault? {
        do {
            _ = try map(yaml, values, lists: lists)
            return nil
        } catch let fault as RecordFault {
            return fault
        }
    }

    /// `title`, made of `v`.
    static func title(_ object: String, _ value: SelectedValue) throws -> String? {
        try map("title: \(object)", ["v": value]).ticket.text(.title)
    }
}
