/// Files that old programs write into the text itself: `begin 644 name`, lines, `end`. Lines end in a newline here.
struct UUEncodedFiles {
    struct File: Equatable {
        let name: String
        let size: Int
    }

    /// The text without them.
    private(set) var text: String
    private(set) var files: [File] = []

    init(in text: String) {
        self.text = text
        guard text.hasPrefix("begin ") || text.contains("\nbegin ") else { return }
        var kept: [Substring] = []
        var rest = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        while let line = rest.popFirst() {
            if let name = Self.name(line), let (size, length) = Self.body(rest) {
                files.append(File(name: name, size: size))
                rest = rest.dropFirst(length)
            } else {
                kept.append(line)
            }
        }
        if !files.isEmpty { self.text = kept.joined(separator: "\n") }
    }

    private static func name(_ line: Substring) -> String? {
        let words = line.split(separator: " ", maxSplits: 2)
        guard words.count == 3, words[0] == "begin", (3...4).contains(words[1].count),
            words[1].allSatisfy({ ("0"..."7").contains($0) })
        else { return nil }
        return String(words[2])
    }

    /// Bytes of the file and lines up to its `end`; nil when a line is none of it.
    private static func body(_ lines: ArraySlice<Substring>) -> (size: Int, lines: Int)? {
        var size = 0
        for (count, line) in lines.enumerated() {
            if line == "end" { return (size, count + 1) }
            // Editors cut the spaces off a line that says "nothing more".
            guard let first = line.utf8.first else { continue }
            guard (0x20...0x60).contains(first) else { return nil }
            let bytes = Int(first - 0x20) & 63
            guard line.utf8.count - 1 >= (bytes + 2) / 3 * 4 - 3 else { return nil }
            size += bytes
        }
        return nil
    }
}
