/// A position in a configuration file; lines and columns count from 1.
public struct ConfigPlace: Sendable, Hashable, CustomStringConvertible {
    public var file: String
    public var line: Int
    public var column: Int

    public init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    public static let unknown = ConfigPlace(file: "-", line: 1, column: 1)

    public var description: String { "\(file):\(line):\(column)" }
}

/// A value as it stands in a configuration file, with its place, after `extends`, `${env:…}` and `${file:…}`.
public struct ConfigValue: Sendable {
    public enum Content: Sendable {
        /// `plain` is false when the scalar was quoted: `0` is a number, `"0"` is text.
        case scalar(text: String, plain: Bool)
        case list([ConfigValue])
        case map([ConfigEntry])
    }

    public var content: Content
    public var place: ConfigPlace
    /// True when any part of the text came from `${env:…}` or `${file:…}`: never print it.
    public var isSecret: Bool

    public init(_ content: Content, at place: ConfigPlace = .unknown, isSecret: Bool = false) {
        self.content = content
        self.place = place
        self.isSecret = isSecret
    }

    public init(_ text: String, at place: ConfigPlace = .unknown) {
        self.init(.scalar(text: text, plain: true), at: place)
    }

    public var isNull: Bool {
        if case .scalar(let text, true) = content { return text.isEmpty || text == "~" || text == "null" }
        return false
    }

    /// The scalar's text, or nil when this is a list or a map.
    public var text: String? {
        if case .scalar(let text, _) = content { return text }
        return nil
    }

    public var items: [ConfigValue]? {
        if case .list(let items) = content { return items }
        return nil
    }

    public var entries: [ConfigEntry]? {
        if case .map(let entries) = content { return entries }
        return nil
    }

    public subscript(key: String) -> ConfigValue? {
        entries?.first { $0.key == key }?.value
    }
}

/// One key and its value, in the order of the file.
public struct ConfigEntry: Sendable {
    public var key: String
    public var place: ConfigPlace
    public var value: ConfigValue

    public init(key: String, at place: ConfigPlace = .unknown, value: ConfigValue) {
        self.key = key
        self.place = place
        self.value = value
    }
}

extension ConfigValue: CustomStringConvertible {
    /// For messages: secrets are never shown.
    public var description: String {
        if isSecret { return "<redacted>" }
        switch content {
        case .scalar(let text, _): return text
        case .list(let items): return "[" + items.map(\.description).joined(separator: ", ") + "]"
        case .map(let entries):
            return "{" + entries.map { "\($0.key): \($0.value.description)" }.joined(separator: ", ") + "}"
        }
    }
}
