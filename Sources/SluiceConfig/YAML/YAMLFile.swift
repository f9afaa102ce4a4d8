internal import Foundation
internal import Yams
public import SluiceSDK

/// Reads YAML into `ConfigValue`s that know their places and how they were spelled.
public enum YAMLFile {
    /// A configuration file is written by hand; what is larger is something else.
    static let maxBytes = 1 << 20
    /// Values of one file after aliases are expanded, so that nine lines of anchors cannot become a billion values.
    static let maxValues = 20_000
    static let maxDepth = 64

    /// - Parameter path: as the user gave it; it stands in every place.
    /// - Throws: `ConfigIssues`.
    public static func read(_ path: String) throws -> ConfigValue {
        try parse(try text(of: path), file: path)
    }

    /// - Throws: `ConfigIssues`.
    public static func parse(_ text: String, file: String) throws -> ConfigValue {
        try refuseDeepNesting(text, file: file)
        let root: Node?
        do {
            root = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw ConfigIssues([error.issue(file: file, text: text)])
        }
        guard let root else {
            throw ConfigIssues([
                .init(at: .start(of: file), .empty, "the file is empty", hint: "write 'key: value' lines")
            ])
        }
        var conversion = YAMLConversion(file: file)
        let value = conversion.value(root, depth: 0)
        if !conversion.issues.isEmpty { throw ConfigIssues(conversion.issues) }
        return value
    }

    static func text(of path: String) throws(ConfigIssues) -> String {
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: maxBytes + 1) ?? Data()
        else {
            let hint = "check that it exists and that this user may read it"
            throw ConfigIssues([.init(at: .start(of: path), .unreadable, "the file cannot be read", hint: hint)])
        }
        guard data.count <= maxBytes else {
            throw ConfigIssues([
                .init(at: .start(of: path), .tooLarge, "the file is larger than 1 MiB", hint: "split it")
            ])
        }
        guard let text = String(validating: Array(data), as: UTF8.self) else {
            throw ConfigIssues([
                .init(at: .start(of: path), .encoding, "the file is not UTF-8", hint: "save it as UTF-8")
            ])
        }
        return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    }

    /// The parser recurses for every level, on whatever stack it has; this keeps it far from the end of any.
    private static func refuseDeepNesting(_ text: String, file: String) throws {
        var depth = 0
        var line = 1
        var indicators = 0
        var isAtStart = true
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
            case UInt8(ascii: "\n"): (line, indicators, isAtStart) = (line + 1, 0, true)
            case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "?"): if isAtStart { indicators += 1 }
            default: isAtStart = false
            }
            guard depth > 4 * maxDepth || indicators > 8 * maxDepth else { continue }
            let place = ConfigPlace(file: file, line: line, column: 1)
            throw ConfigIssues([
                .init(at: place, .tooDeep, "values are nested too deep", hint: "at most \(maxDepth) levels")
            ])
        }
    }
}

extension ConfigPlace {
    static func start(of file: String) -> ConfigPlace { ConfigPlace(file: file, line: 1, column: 1) }
}
