/// Files that old programs write into the text itself: `begin 644 name`, lines, `end`. Lines end in a newline here.
struct UUEncodedFiles {
    struct File: Equatable {
        let name: String
        let bytes: [UInt8]

        var size: Int { bytes.count }
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
            if let name = Self.name(line), let (bytes, length) = Self.body(rest) {
                files.append(File(name: name, bytes: bytes))
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

    /// The file and how many lines there are up to its `end`; nil when a line is none of it.
    private static func body(_ lines: ArraySlice<Substring>) -> (bytes: [UInt8], lines: Int)? {
        var file: [UInt8] = []
        for (count, line) in lines.enumerated() {
            if line == "end" { return (file, count + 1) }
            // Editors cut the spaces off a line that says "nothing more".
            guard let first = line.utf8.first else { continue }
            guard (0x20...0x60).contains(first) else { return nil }
            let bytes = Int(first - 0x20) & 63
            guard line.utf8.count - 1 >= (bytes + 2) / 3 * 4 - 3 else { return nil }
            file += decoded(line.utf8.dropFirst(), bytes)
        }
        return nil
    }

    /// Four characters are three bytes; spaces that were cut off the end count as what they were, zero.
    private static func decoded(_ symbols: Substring.UTF8View.SubSequence, _ count: Int) -> [UInt8] {
        var (out, buffer, bits): ([UInt8], UInt32, Int) = ([], 0, 0)
        let padding = repeatElement(UInt8(0x20), count: (count + 2) / 3 * 4)
        for symbol in [Array(symbols), Array(padding)].joined() where out.count < count {
            buffer = buffer << 6 | UInt32(symbol &- 0x20) & 63
            bits += 6
            if bits >= 8 {
                bits -= 8
                out.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
            }
        }
        return out
    }
}
