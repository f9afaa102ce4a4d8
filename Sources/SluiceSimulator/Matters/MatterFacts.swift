internal import SluiceSDK

/// What the placeholders of `upstream.yaml` stand for.
struct MatterFacts: Sendable {
    static let names: Set<String> = [
        "number", "sequence", "date", "kind", "title", "text", "category", "category1", "category2", "category3",
        "respondent", "person", "phone", "email", "account", "organization", "credit_code", "district", "division",
        "town", "town_code", "address", "lat", "long", "money", "urgent", "time", "updated", "time_ms", "time_s",
        "updated_ms", "updated_s",
    ]

    let codes: [String: [String: String]]
    let zone: Zone
    private let patterns: [String: DatePattern]

    /// - Parameter formats: the date patterns that the templates use.
    /// - Throws: `SelectorError`.
    init(codes: [String: [String: String]], zone: Zone, formats: Set<String>) throws {
        (self.codes, self.zone) = (codes, zone)
        patterns = try Dictionary(uniqueKeysWithValues: formats.map { ($0, try DatePattern($0)) })
    }

    /// nil for a name that is none of them: a packed document.
    func value(_ name: String, _ format: String?, of matter: Matter) -> String? {
        guard let text = plain(name, format, matter) else { return nil }
        return codes[name]?[text] ?? text
    }

    private func plain(_ name: String, _ format: String?, _ matter: Matter) -> String? {
        switch name {
        case "number": matter.number
        case "sequence": Self.padded(matter.sequence)
        case "date": CivilTime(matter.time, in: zone).date.replacing("-", with: "")
        case "kind": matter.kind
        case "title": matter.title
        case "text": matter.text
        case "category", "category3": matter.category.last ?? ""
        case "category1": matter.category.first ?? ""
        case "category2": matter.category.dropFirst().first ?? ""
        case "respondent": matter.respondent
        case "money": matter.money
        case "urgent": "\(matter.urgency)"
        default: person(name, matter) ?? place(name, matter) ?? time(name, format, matter)
        }
    }

    private func person(_ name: String, _ matter: Matter) -> String? {
        switch name {
        case "person": matter.person
        case "phone": matter.phone
        case "email": "u\(matter.account)@example.org"
        case "account": matter.account
        case "organization": matter.organization
        case "credit_code": "91370400MA3\(matter.account.prefix(6))X"
        default: nil
        }
    }

    private func place(_ name: String, _ matter: Matter) -> String? {
        switch name {
        case "district": matter.district
        case "division": String(matter.townCode.prefix(6))
        case "town": matter.town
        case "town_code": matter.townCode
        case "address": matter.address
        case "lat": matter.latitude
        case "long": matter.longitude
        default: nil
        }
    }

    private func time(_ name: String, _ format: String?, _ matter: Matter) -> String? {
        switch name {
        case "time": written(matter.time, format)
        case "updated": written(matter.updated, format)
        case "time_ms": "\(matter.time.milliseconds)"
        case "updated_ms": "\(matter.updated.milliseconds)"
        case "time_s": "\(matter.time.seconds)"
        case "updated_s": "\(matter.updated.seconds)"
        default: nil
        }
    }

    private func written(_ time: Timestamp, _ format: String?) -> String {
        guard let format, let pattern = patterns[format] else { return time.rfc3339(in: zone) }
        return pattern.format(time, in: zone)
    }

    /// Six digits.
    static func padded(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 6 - text.count)) + text
    }
}
