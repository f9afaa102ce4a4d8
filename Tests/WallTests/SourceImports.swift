/// The imports of one Swift file.
enum SourceImports {
    /// Module names in the order in which they stand; conditional ones too.
    static func modules(in source: String) -> [String] {
        source.split(separator: "\n").compactMap { line in module(String(line)) }
    }

    /// The module that one line imports: `@testable public import struct Foundation.URL` gives `Foundation`.
    static func module(_ line: String) -> String? {
        var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
        while let first = words.first, first.hasPrefix("@") || accessLevels.contains(String(first)) {
            words.removeFirst()
        }
        guard words.first == "import" else { return nil }
        words.removeFirst()
        if let first = words.first, declarationKinds.contains(String(first)) { words.removeFirst() }
        // `import json, sys` is Python's, in a text of a test.
        guard let path = words.first, !path.hasSuffix(",") else { return nil }
        return String(path.prefix { $0 != "." && $0 != ";" })
    }

    private static let accessLevels: Set = ["public", "package", "internal", "fileprivate", "private"]
    private static let declarationKinds: Set = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]
}
