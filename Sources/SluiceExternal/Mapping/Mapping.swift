public import SluiceSDK

/// A channel's `ticket:` section, compiled once when the configuration is loaded.
public struct Mapping: Sendable {
    /// - Parameters:
    ///   - fields: `ChannelFile.ticket`.
    ///   - zone: the zone of dates that name none, and the offset that dates are written with.
    ///   - lookups: `LoadedConfiguration.lookups`.
    /// - Throws: `ConfigIssues`.
    public init(
        compiling fields: [ConfigEntry], at place: ConfigPlace = .unknown, format: any Format, zone: Zone,
        lookups: [String: [String: String]] = [:]
    ) throws {
    }

    /// - Throws: `RecordFault` of the stage `map`.
    public func map(_ record: any Record) throws -> MappedRecord {
        MappedRecord(ticket: IntakeTicket(), strippedFields: [])
    }

    /// For each mapped field the selector, the raw value and what every step made of it. Never throws: a fault is
    /// part of the explanation.
    /// - Parameter showingPersonal: personal values are masked unless asked for.
    public func explain(_ record: any Record, showingPersonal: Bool = false) -> [FieldExplanation] {
        []
    }
}

/// What the mapping made of one record: the ticket without the gateway's stamps.
public struct MappedRecord: Sendable {
    public var ticket: IntakeTicket
    /// Fields from which control or bidirectional characters were stripped; they go to `lineage.raw.stripped`.
    public var strippedFields: [String]

    public init(ticket: IntakeTicket, strippedFields: [String]) {
        self.ticket = ticket
        self.strippedFields = strippedFields
    }
}

/// How one field came to its value.
public struct FieldExplanation: Sendable, Equatable {
    public struct Step: Sendable, Equatable {
        /// `match`, `lookup`, `clean`, …
        public var name: String
        public var result: String

        public init(name: String, result: String) {
            self.name = name
            self.result = result
        }
    }

    public var field: String
    /// The selectors it reads, as written.
    public var selector: String
    /// What the selectors found.
    public var raw: String?
    public var steps: [Step]
    /// What stands in the ticket; nil when the field is left out.
    public var value: String?
    public var fault: RecordFault?

    public init(
        field: String, selector: String, raw: String? = nil, steps: [Step] = [], value: String? = nil,
        fault: RecordFault? = nil
    ) {
        self.field = field
        self.selector = selector
        self.raw = raw
        self.steps = steps
        self.value = value
        self.fault = fault
    }
}
