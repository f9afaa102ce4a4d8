internal import SluiceSDK

extension ConfigDecoder {
    mutating func checkScalar(_ value: ConfigValue, _ type: ConfigType, named name: String) {
        guard case .scalar(let text, let plain) = value.content else { return mistyped(value, name, type) }
        // What a reference gave has to stand in quotes in some places; there the quotes say nothing.
        let isBare = plain || value.isSecret
        switch type {
        case .string, .scalar, .any, .mapping: break
        case .secret: if !value.isSecret { writtenSecret(value, name) }
        case .selector: if text.isEmpty { mistyped(value, name, type) }
        case .template: checkTemplate(text, value, name)
        case .boolean: if !isBare || Bool(text) == nil { mistyped(value, name, type) }
        case .integer(let range): checkInteger(text, range, isBare: isBare, value, name)
        case .duration: if Units.duration(text) == nil { mistyped(value, name, type) }
        case .size: if Units.size(text) == nil { mistyped(value, name, type) }
        case .rate: if Units.rate(text) == nil { mistyped(value, name, type) }
        case .network: if !Self.isNetwork(text) { notANetwork(value, name) }
        case .choice(let choices): if !choices.contains(text) { badChoice(value, name, choices) }
        case .textFile, .list, .map, .object, .variant, .oneOrMany: mistyped(value, name, type)
        }
    }

    mutating func mistyped(_ value: ConfigValue, _ name: String, _ type: ConfigType) {
        issues.append(
            .init(at: value.place, .type, "'\(name)' is not \(type.noun)\(value.shown)", hint: "write \(type.advice)"))
    }

    private mutating func writtenSecret(_ value: ConfigValue, _ name: String) {
        issues.append(
            .init(
                at: value.place, .secretInFile, "the secret '\(name)' is written in the file",
                hint: "write ${env:NAME} or ${file:name}, and change the secret: it may have been seen"))
    }

    private mutating func checkInteger(
        _ text: String, _ range: ClosedRange<Int>, isBare: Bool, _ value: ConfigValue, _ name: String
    ) {
        guard isBare, let number = Int(text) else { return mistyped(value, name, .integer(range)) }
        guard !range.contains(number) else { return }
        let hint = "write \(ConfigType.integer(range).advice)"
        issues.append(.init(at: value.place, .range, "'\(name)' is out of range\(value.shown)", hint: hint))
    }

    private mutating func checkTemplate(_ text: String, _ value: ConfigValue, _ name: String) {
        do {
            _ = try Template(text)
        } catch let error as SelectorError {
            // The template's own message quotes it.
            let reason = value.isSecret ? "its braces do not match" : error.reason
            issues.append(.init(at: value.place, .template, "'\(name)' is not a template: \(reason)"))
        } catch {
            mistyped(value, name, .template)
        }
    }

    private mutating func badChoice(_ value: ConfigValue, _ name: String, _ choices: [String]) {
        let hint: String
        if !value.isSecret, let near = NearestName.of(value.text ?? "", among: choices) {
            hint = "did you mean '\(near)'?"
        } else {
            hint = "write \(ConfigType.choice(choices).advice)"
        }
        issues.append(.init(at: value.place, .choice, "'\(name)' cannot be '\(value)'", hint: hint))
    }

    private mutating func notANetwork(_ value: ConfigValue, _ name: String) {
        issues.append(
            .init(
                at: value.place, .network, "'\(name)' is not an address range\(value.shown)",
                hint: "write \(ConfigType.network.advice)"))
    }

    /// `10.0.0.0/24`, `10.0.0.8`, `fd00::/8`.
    static func isNetwork(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = parts.first, parts.count <= 2 else { return false }
        let width = address.contains(":") ? 128 : 32
        if parts.count == 2 {
            guard let bits = Int(parts[1]), (0...width).contains(bits) else { return false }
        }
        return width == 32 ? isIPv4(address) : isIPv6(address)
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { $0.count <= 3 && UInt8($0) != nil && $0.allSatisfy(\.isNumber) }
    }

    private static func isIPv6(_ text: Substring) -> Bool {
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        let isShort = text.contains("::")
        guard groups.count <= 9, isShort || groups.count == 8, !text.contains(":::") else { return false }
        return groups.allSatisfy { $0.count <= 4 && $0.allSatisfy(\.isHexDigit) }
    }
}

extension ConfigValue {
    /// `: 'soon'` behind a message; nothing for secrets, lists and long texts.
    var shown: String {
        if isSecret { return ": <redacted>" }
        guard let text, text.count <= 60 else { return "" }
        return ": '\(text)'"
    }
}
