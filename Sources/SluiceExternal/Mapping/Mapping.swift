public import SluiceSDK

/// A channel's `ticket:` section, compiled once when the configuration is loaded.
///
/// Fields are filled in the order of the file, those with a `template` after all others, so that a template may use
/// every field without a template and the templates above it.
public struct Mapping: Sendable {
    let fields: [FieldProgram]
    /// nil where every record is a ticket.
    let kind: KindProgram?
    /// Documents that several fields share.
    let slots: Int

    /// - Parameters:
    ///   - fields: `ChannelFile.ticket`.
    ///   - kind: `ChannelFile.kind`.
    ///   - zone: the zone of dates that name none, and the offset that dates are written with.
    ///   - lookups: `LoadedConfiguration.lookups`.
    /// - Throws: `ConfigIssues`.
    public init(
        compiling fields: [ConfigEntry], at place: ConfigPlace = .unknown, kind: ConfigValue? = nil,
        format: any Format, zone: Zone,
        lookups: [String: [String: String]] = [:]
    ) throws(ConfigIssues) {
        var compiler = MappingCompiler(format: format, zone: zone, lookups: lookups)
        self.fields = compiler.compile(fields, at: fields.first?.place ?? place)
        self.kind = kind.flatMap { compiler.kind($0) }
        slots = compiler.slotCount
        if !compiler.issues.isEmpty { throw ConfigIssues(compiler.issues) }
    }

    /// - Throws: `RecordFault` of the stage `map`; it names field and selector and never quotes a value.
    public func map(_ record: any Record) throws -> MappedRecord {
        var run = MappingRun(record, slots: slots)
        run.followUp = try kind?.map(&run)
        for field in fields { try field.map(&run) }
        if run.followUp == nil {
            try complete(&run.ticket)
        } else if let fault = missingField(run.ticket, of: Self.requiredOfFollowUps) {
            throw fault
        }
        return MappedRecord(
            ticket: run.ticket, followUp: run.followUp, strippedFields: run.stripped, contents: run.contents)
    }

    /// What the channel did not say and the gateway may: then what is required and still missing is a fault.
    func complete(_ ticket: inout IntakeTicket) throws {
        if let fault = missingField(ticket, of: Self.required) { throw fault }
        ticket.setDefault(.updatedDatetime, ticket[.requestedDatetime])
        ticket.setDefault(.requesterSubjectType, .string("unknown"))
        ticket.setDefault(.requesterIsAnonymous, .boolean(Self.identity.allSatisfy { ticket[$0] == nil }))
        ticket.setDefault(.requesterReplyWanted, .boolean(true))
        ticket.setDefault(.confidentiality, .string("internal"))
        ticket.setDefault(.urgency, .string("normal"))
        ticket.namePersonalFields()
    }

    private func missingField(_ ticket: IntakeTicket, of required: [IntakeField]) -> RecordFault? {
        guard let field = required.first(where: { ticket[$0] == nil }) else { return nil }
        let selector = fields.first { $0.field == field }?.selectorText
        return RecordFault(.map, "map.required", "the field is empty", field: field.name, selector: selector)
    }

    /// The four that no default can stand for.
    static let required: [IntakeField] = [.externalID, .requestType, .description, .requestedDatetime]
    /// The ticket that it belongs to; everything else the ticket has already.
    static let requiredOfFollowUps: [IntakeField] = [.externalID]
    private static let identity: [IntakeField] = [
        .requesterName, .requesterPhone, .requesterEmail, .requesterAccountID,
    ]
}

extension IntakeTicket {
    mutating func namePersonalFields() {
        self[.personalFields] = .strings(fields.intersection(.personal).map(\.name))
    }

    fileprivate mutating func setDefault(_ field: IntakeField, _ value: FieldValue?) {
        if self[field] == nil { self[field] = value }
    }
}
