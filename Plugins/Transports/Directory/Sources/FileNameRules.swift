internal import Foundation
internal import SluiceSDK

/// Which names are taken.
struct FileNameRules: Sendable {
    let pattern: String

    /// What programs call a file that they are still writing, or keep for themselves.
    private static let unfinished = [".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~"]

    /// - Throws: `ConfigIssue`.
    init(_ config: Config) throws {
        pattern = try config.optionalString("pattern") ?? "*"
        guard !pattern.isEmpty, !pattern.contains("/") else {
            throw ConfigIssue(
                at: config.optional("pattern")?.place ?? config.place, "directory.pattern",
                "\"\(pattern)\" is not a pattern for names in one folder", hint: "write \"*.csv\"")
        }
    }

    /// - Parameter name: with the closing zero.
    func takes(_ name: [CChar]) -> Bool {
        let text = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        guard !text.hasPrefix("."), !text.hasPrefix("~$") else { return false }
        let lower = text.lowercased()
        guard !Self.unfinished.contains(where: lower.hasSuffix) else { return false }
        return fnmatch(pattern, name, FNM_PERIOD) == 0
    }
}
