/// What is wrong in a configuration file, where, and what to write instead.
public struct ConfigIssue: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Severity: String, Sendable {
        case error, warning
    }

    public var place: ConfigPlace
    /// A stable code, for example `config.unknown-key`; listed in `docs/configuration-rules.md`.
    public var rule: String
    public var message: String
    /// What to write instead.
    public var hint: String?
    public var severity: Severity

    public init(
        at place: ConfigPlace, _ rule: String, _ message: String, hint: String? = nil, severity: Severity = .error
    ) {
        self.place = place
        self.rule = rule
        self.message = message
        self.hint = hint
        self.severity = severity
    }

    public var description: String {
        "\(place) \(severity.rawValue) [\(rule)] \(message)" + (hint.map { "; \($0)" } ?? "")
    }
}

/// Several issues at once: a file is checked to its end, not to its first mistake.
public struct ConfigIssues: Error, Sendable, CustomStringConvertible {
    public var issues: [ConfigIssue]

    public init(_ issues: [ConfigIssue]) {
        self.issues = issues
    }

    public var description: String { issues.map(\.description).joined(separator: "\n") }
}
