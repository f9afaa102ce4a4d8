internal import SluiceSDK

/// One record's template, compiled for the format that it is written in.
struct RecordShape: Sendable {
    enum Kind: Sendable {
        case json(JSONTemplate)
        /// Columns in their order.
        case row([(name: String, value: Template)])
        /// XML, or the fields of a form; values are escaped for it.
        case text(Template)
    }

    let kind: Kind
    private let packs: [(name: String, kind: Kind)]
    private let facts: MatterFacts
    /// What a text record is made of; a text that is packed into it is XML.
    private let escape: TemplateEscape

    /// - Throws: `ConfigIssue` or `SelectorError`.
    init(_ file: UpstreamFile, format: String, zone: Zone) throws {
        let allowed = MatterFacts.names.union(file.packs.map(\.key))
        kind = try Self.kind(file.record, isTable: format == "csv" || format == "email", allowed)
        packs = try file.packs.map { ($0.key, try Self.kind($0.value, isTable: false, allowed)) }
        let templates = Self.templates(kind) + packs.flatMap { Self.templates($0.kind) }
        let formats = templates.flatMap(\.parts).compactMap { part -> String? in
            guard case .placeholder(let name, let format?) = part, ["time", "updated"].contains(name) else {
                return nil
            }
            return format
        }
        escape = format == "form" ? .url : .xml
        facts = try MatterFacts(codes: file.codes, zone: zone, formats: Set(formats))
    }

    /// One JSON value, one XML fragment or one form.
    func text(_ matter: Matter) -> String { render(kind, matter, packed(matter), escape) }

    /// The members of a JSON record, as columns of a table.
    var members: [String] {
        guard case .json(.object(let members)) = kind else { return [] }
        return members.map(\.key)
    }

    /// The columns of a table, or the parts of a mail.
    func cells(_ matter: Matter) -> [(name: String, value: String)] {
        guard case .row(let columns) = kind else { return [] }
        let packed = packed(matter)
        return columns.map { ($0.name, $0.value.render(value: values(matter, packed))) }
    }

    private func packed(_ matter: Matter) -> [String: String] {
        var packed: [String: String] = [:]
        for pack in packs { packed[pack.name] = render(pack.kind, matter, packed, .xml) }
        return packed
    }

    private func render(
        _ kind: Kind, _ matter: Matter, _ packed: [String: String], _ escape: TemplateEscape
    ) -> String {
        switch kind {
        case .json(let template):
            var writer = JSONWriter()
            template.write(to: &writer, value: values(matter, packed))
            return writer.text
        case .text(let template): return template.render(escape, value: values(matter, packed))
        case .row: return ""
        }
    }

    private func values(_ matter: Matter, _ packed: [String: String]) -> (String, String?) -> String? {
        { name, format in packed[name] ?? facts.value(name, format, of: matter) }
    }

    private static func kind(_ value: ConfigValue, isTable: Bool, _ allowed: Set<String>) throws -> Kind {
        guard let entries = value.entries else { return .text(try Template(value, allowed: allowed)) }
        guard isTable else { return .json(try JSONTemplate(value, allowed: allowed)) }
        return .row(try entries.map { ($0.key, try Template($0.value, allowed: allowed)) })
    }

    private static func templates(_ kind: Kind) -> [Template] {
        switch kind {
        case .json(let template): templates(template)
        case .row(let columns): columns.map(\.value)
        case .text(let template): [template]
        }
    }

    private static func templates(_ json: JSONTemplate) -> [Template] {
        switch json {
        case .text(let template): [template]
        case .literal: []
        case .list(let items): items.flatMap(templates)
        case .object(let members): members.flatMap { templates($0.value) }
        }
    }
}
