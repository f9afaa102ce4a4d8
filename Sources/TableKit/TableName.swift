internal import PostgresKit
public import SluiceSDK

/// A table's name as a statement takes it: `"public"."request"`.
public struct TableName: Sendable, CustomStringConvertible {
    /// As written: `public.request`.
    public let description: String
    public let parts: [String]

    /// - Throws: `ConfigIssue`.
    public init(_ config: Config, _ key: String = "table") throws {
        let text = try config.string(key)
        parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), parts.allSatisfy(Self.isName) else {
            throw ConfigIssue(
                at: config.optional(key)?.place ?? config.place, "table.name", "'\(text)' is no table's name",
                hint: "write request, or public.request")
        }
        description = text
    }

    public var quoted: String { parts.map(Self.quoted).joined(separator: ".") }

    /// A column's or table's name, whatever stands in it.
    public static func quoted(_ name: String) -> String { PostgresSession.identifier(name) }

    static func isName(_ text: String) -> Bool {
        (1...63).contains(text.utf8.count) && !text.unicodeScalars.contains { $0.value < 0x20 }
    }

    /// Column names that stand in a configuration.
    /// - Throws: `ConfigIssue`.
    public static func column(_ config: Config, _ key: String) throws -> String? {
        guard let text = try config.optionalString(key) else { return nil }
        try check([text], config.optional(key)?.place ?? config.place)
        return text
    }

    public static func columns(_ config: Config, _ key: String) throws -> [String] {
        let names = try config.strings(key)
        try check(names, config.optional(key)?.place ?? config.place)
        return names
    }

    public static func check(_ names: [String], _ place: ConfigPlace) throws {
        if let bad = names.first(where: { !isName($0) }) {
            throw ConfigIssue(at: place, "table.name", "'\(bad)' is no column's name", hint: "write its name alone")
        }
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw ConfigIssue(at: place, "table.name", "'\(twice)' stands there twice", hint: "name it once")
        }
    }
}
