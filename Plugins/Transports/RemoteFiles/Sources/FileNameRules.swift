internal import Foundation
internal import SluiceSDK

/// Which names are taken, and which are names at all.
struct FileNameRules: Sendable {
    let pattern: String
    let charset: Charset

    /// What programs call a file that they are still writing, or keep for themselves.
    private static let unfinished = [".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".swp", "~"]

    /// - Throws: `ConfigIssue`.
    init(_ config: Config, charset: Charset) throws {
        self.charset = charset
        pattern = try config.optionalString("pattern") ?? "*"
        guard !pattern.isEmpty, !pattern.contains("/") else {
            throw ConfigIssue(
                at: config.optional("pattern")?.place ?? config.place, "remote-files.pattern",
                "\"\(pattern)\" is not a pattern for names in one folder", hint: "write \"*.csv\"")
        }
    }

    /// The name as text; nil for what would lead out of its folder or break out of a command. What the charset does not
    /// know is shown as a replacement; the name's bytes stay what they are.
    func text(_ name: [UInt8]) -> String? {
        guard !name.isEmpty, name.count <= 1024, !name.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0x2F }) else {
            return nil
        }
        let text = String(decoding: charset.text(of: name).bytes, as: UTF8.self)
        return text == "." || text == ".." || text.contains("\\") || text.contains("/") ? nil : text
    }

    func takes(_ text: String) -> Bool {
        guard !text.hasPrefix("."), !text.hasPrefix("~$") else { return false }
        let lower = text.lowercased()
        guard !Self.unfinished.contains(where: lower.hasSuffix) else { return false }
        return fnmatch(pattern, text, FNM_PERIOD) == 0
    }
}
