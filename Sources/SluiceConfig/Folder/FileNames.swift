internal import SluiceSDK

extension ChannelFile {
    /// What an id must be, beyond text.
    static func issues(of value: ConfigValue, fileName: String, in folder: Class) -> [ConfigIssue] {
        var issues = idIssues(of: value, fileName: fileName, rule: .channelID)
        if let written = value["class"], let text = written.text, let stated = Class(rawValue: text), stated != folder {
            let right = stated == .hotline ? "hotlines/" : "web/"
            issues.append(
                .init(
                    at: written.place, .channelFolder, "a channel of class '\(text)' stands in the wrong folder",
                    hint: "move the file to \(right)", severity: .warning))
        }
        if let mark = value["confidential"], mark.text == "true", let kind = value["kind"] {
            issues.append(
                .init(
                    at: kind.place, .channelConfidential, "a confidential channel cannot take follow-ups",
                    hint: "remove 'kind': nothing of its tickets stays outside that a follow-up could be laid over"))
        }
        return issues
    }

    static func idIssues(of value: ConfigValue, fileName: String, rule: ConfigRule) -> [ConfigIssue] {
        guard let id = value["id"], let text = id.text else { return [] }
        guard isID(text) else {
            let hint = "use lower-case letters, digits and hyphens, at most 64"
            return [.init(at: id.place, rule, "'\(id)' cannot be an id", hint: hint)]
        }
        if text == fileName { return [] }
        return [
            .init(
                at: id.place, rule, "the id '\(id)' is not the file's name",
                hint: "write 'id: \(fileName)', or rename the file to \(text).yaml")
        ]
    }
}

extension HandlerFile {
    static func issues(of value: ConfigValue, fileName: String) -> [ConfigIssue] {
        ChannelFile.idIssues(of: value, fileName: fileName, rule: .handlerID)
    }
}
