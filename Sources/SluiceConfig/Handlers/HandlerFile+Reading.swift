internal import SluiceSDK

extension HandlerFile {
    /// - Parameter value: decoded against `spec` without issues.
    /// - Throws: `ConfigIssues`.
    init(_ value: ConfigValue, baseFolder: String, programs: Set<String>) throws {
        let config = Config(value, baseFolder: baseFolder, programs: programs)
        var issues: [ConfigIssue] = []
        id = try config.string("id")
        name = try config.string("name")
        role = Role(rawValue: try config.string("role")) ?? .copy
        isFallback = try config.boolean("fallback")
        order = try config.integer("order")
        match = config.optional("match").flatMap { TicketFilter.parse($0, into: &issues) }
        let fields = try config.object("fields")
        masked = Self.fields(fields, "mask", into: &issues)
        dropped = Self.fields(fields, "drop", into: &issues)
        deliver = try DeliverUse(try config.object("deliver"), into: &issues)
        token = try config.optionalString("token")
        isEnabled = try config.boolean("enabled")
        place = value.place
        checkRole(into: &issues, match: config.optional("match"), token: config)
        if !issues.isEmpty { throw ConfigIssues(issues) }
    }

    private func checkRole(into issues: inout [ConfigIssue], match written: ConfigValue?, token config: Config) {
        if isFallback, role != .owner {
            issues.append(
                .init(at: place, .handlerFallback, "the fallback must be an owner", hint: "write 'role: owner'"))
        }
        if isFallback, let written {
            issues.append(
                .init(
                    at: written.place, .handlerFallback, "the fallback takes every ticket that is left",
                    hint: "remove 'match'"))
        }
        if role == .owner, !isFallback, written == nil {
            issues.append(
                .init(
                    at: place, .handlerMatch, "an owner needs 'match'",
                    hint: "add 'match: …', or 'fallback: true' for the one that takes the rest"))
        }
        if deliver.isPull, token == nil {
            issues.append(
                .init(
                    at: deliver.sender.place, .missingKey, "a handler that pulls needs 'token'",
                    hint: "add 'token: ${file:\(id)-token}'"))
        }
    }

    private static func fields(_ config: Config, _ key: String, into issues: inout [ConfigIssue]) -> [IntakeField] {
        (config.optional(key)?.items ?? []).compactMap { item in
            let name = item.text ?? ""
            guard let field = IntakeField(name: name) else {
                let hint = NearestName.hint(for: name, among: IntakeField.allCases.map(\.name))
                issues.append(.init(at: item.place, .handlerFields, "there is no ticket field '\(name)'", hint: hint))
                return nil
            }
            if unremovable.contains(field) {
                issues.append(
                    .init(
                        at: item.place, .handlerFields, "'\(name)' says which ticket it is and cannot be hidden",
                        hint: "remove it"))
                return nil
            }
            if key == "mask", !field.isMaskable {
                issues.append(
                    .init(
                        at: item.place, .handlerFields, "'\(name)' is not text and cannot be masked",
                        hint: "write it under 'drop'"))
                return nil
            }
            return field
        }
    }

    private static let unremovable: Set<IntakeField> = [.schemaVersion, .ticketID, .revision, .channelID]
}

extension IntakeField {
    /// Only free text can be shown in part; the rest is dropped or shown.
    var isMaskable: Bool {
        switch definition.kind {
        case .string, .code: true
        default: false
        }
    }
}

extension DeliverUse {
    init(_ config: Config, into issues: inout [ConfigIssue]) throws {
        let sender = try PluginUse(config)
        let schedule = try config.optionalObject("retry")?.strings("schedule").compactMap(Units.duration) ?? []
        let batch = try config.optionalObject("batch").map { batch in
            Batch(
                size: try batch.optionalInteger("size") ?? 50,
                wait: try batch.optionalDuration("wait") ?? .milliseconds(200))
        }
        self.init(
            sender: sender, events: Self.events(config, into: &issues),
            retrySchedule: schedule.isEmpty ? Self.standardSchedule : schedule, batch: batch,
            lease: try config.optionalDuration("lease") ?? .seconds(60))
    }

    /// 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 10 h.
    public static let standardSchedule: [Duration] = [5, 300, 1800, 7200, 18_000, 36_000, 36_000].map { .seconds($0) }

    private static func events(_ config: Config, into issues: inout [ConfigIssue]) -> [String] {
        (config.optional("events")?.items ?? []).compactMap { item in
            let name = item.text ?? ""
            if HandlerFile.eventNames.contains(name) || name.hasPrefix("case.") { return name }
            let hint = NearestName.hint(for: name, among: HandlerFile.eventNames)
            issues.append(.init(at: item.place, .handlerEvents, "there is no event '\(name)'", hint: hint))
            return nil
        }
    }
}
