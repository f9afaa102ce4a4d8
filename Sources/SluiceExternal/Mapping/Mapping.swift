public import SluiceSDK

/// A channel's `ticket:` section, compiled once when the configuration is loaded.
///
/// Fields are filled in the order of the file, those with a `template` after all others, so that a template may use
/// every field without a template and the templates above it.
public struct Mapping: Sendable {
    let fields: [FieldProgram]
    /// Documents that several fields share.
    let slots: Int

    /// - Parameters:
    ///   - fields: `ChannelFile.ticket`.
    ///   - zone: the zone of dates that name none, and the offset that dates are written with.
    ///   - lookups: `LoadedConfiguration.lookups`.
    /// - Throws: `ConfigIssues`.
    public init(
        compiling fields: [ConfigEntry], at place: ConfigPlace = .unknown, format: any Format, zone: Zone,
        lookups: [String: [String: String]] = [:]
    ) throws(ConfigIssues) {
        var compiler = MappingCompiler(format: format, zone: zone, lookups: lookups)
        self.fields = compiler.compile(fields, at: fields.first?.place ?? place)
        slots = compiler.slotCount
        if !compiler.issues.isEmpty { throw ConfigIssues(compiler.issues) }
    }

    /// - Throws: `RecordFault` of the stage `map`; it names field and selector and never quotes a value.
    public func map(_ record: any Record) throws -> MappedRecord {
        var run = MappingRun(record, slots: slots)
        for field in fields { try field.map(&run) }
        try complete(&run.ticket)
        return MappedRecord(ticket: run.ticket, strippedFields: run.stripped)
    }

    /// What the channel did not say and the gateway may: then what is required and still missing is a fault.
    func complete(_ ticket: inout IntakeTicket) throws {
        if let fault = missingField(ticket) { throw fault }
        ticket.setDefault(.updatedDatetime, ticket[.requestedDatetime])
        ticket.setDefault(.requesterSubjectType, .string("unknown"))
        ticket.setDefault(.requesterIsAnonymous, .boolean(Self.identity.allSatisfy { ticket[$0] == nil }))
        ticket.setDefault(.requesterReplyWanted, .boolean(true))
        ticket.setDefault(.confidentiality, .string("internal"))
        ticket.setDefault(.urgency, .string("normal"))
        let personal = IntakeField.allCases.filter { $0.definition.isPersonal && ticket[$0] != nil }
        ticket[.personalFields] = .strings(personal.map(\.name))
    }

    private func missingField(_ ticket: IntakeTicket) -> RecordFault? {
        guard let field = Self.required.first(where: { ticket[$0] == nil }) else { return nil }
        let selector = fields.first { $0.field == field }?.selectorText
        return RecordFault(.map, "map.required", "the field is empty", field: field.name, selector: selector)
    }

    /// The four that no default can stand for.
    static let required: [IntakeField] = [.externalID, .requestType, .description, .requestedDatetime]
    private static let identity: [IntakeField] = [
        .requesterName, .requesterPhone, .requesterEmail, .requesterAccountID,
    ]
}

extension IntakeTicket {
    fileprivate mutating func setDefault(_ field: IntakeField, _ value: FieldValue?) {
        if self[field] == nil { self[field] = value }
    }
}
