/// A line of LIST, as servers write it for people: like `ls -l`, or like DOS. An sftp server's long name is the first.
enum LongListing {
    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    static func read(_ line: ArraySlice<UInt8>) -> ListingLine {
        let words = words(line)
        guard let first = words.first else { return .nothing }
        let word = text(line[first])
        if word == "total" || word == "总用量" || word == "总计", words.count <= 2 { return .nothing }
        if word.count >= 10, let kind = kind(word) { return unix(line, words, kind) }
        return word.first?.isNumber == true ? dos(line, words) : .unreadable
    }

    /// The date is found by its form, because owners and groups may hold spaces: size, then month and day and time.
    private static func unix(
        _ line: ArraySlice<UInt8>, _ words: [Range<Int>], _ kind: ListingEntry.Kind
    ) -> ListingLine {
        for index in 2..<max(2, words.count) {
            guard let size = Int(text(line[words[index - 1]])), size >= 0 else { continue }
            let length = dateLength(words[index...].prefix(3).map { text(line[$0]) })
            guard length > 0, index + length < words.count else { continue }
            let end = words[index + length - 1].upperBound
            // One space, and then the name with all of its own.
            guard end + 1 < line.endIndex else { return .unreadable }
            let time = words[index..<index + length].map { text(line[$0]) }.joined(separator: " ")
            return .entry(ListingEntry(kind: kind, name: Array(line[(end + 1)...]), size: size, time: time))
        }
        return .unreadable
    }

    /// `01-05-26  09:00AM       <DIR>          name`, or a size in its place.
    private static func dos(_ line: ArraySlice<UInt8>, _ words: [Range<Int>]) -> ListingLine {
        guard words.count >= 4, text(line[words[0]]).count(where: { $0 == "-" || $0 == "/" }) == 2,
            text(line[words[1]]).contains(":")
        else { return .unreadable }
        let size = text(line[words[2]])
        guard size == "<DIR>" || Int(size).map({ $0 >= 0 }) == true else { return .unreadable }
        return .entry(
            ListingEntry(
                kind: size == "<DIR>" ? .folder : .file, name: Array(line[words[3].lowerBound...]),
                size: Int(size) ?? 0, time: text(line[words[0]]) + " " + text(line[words[1]])))
    }

    /// How many words the date takes: `Jan 5 09:00`, `5 Jan 2026`, `1月 5 09:00`, `2026-01-05 09:00`; 0 when it is none.
    private static func dateLength(_ words: [String]) -> Int {
        guard words.count >= 2 else { return 0 }
        let parts = words[0].split(separator: "-")
        if parts.count == 3, parts[0].count == 4, words[1].contains(":") { return 2 }
        guard words.count == 3, words[2].contains(":") || Int(words[2]).map({ $0 > 1900 }) == true else { return 0 }
        let isMonthFirst = isMonth(words[0]) && isDay(words[1])
        return isMonthFirst || isDay(words[0]) && isMonth(words[1]) ? 3 : 0
    }

    private static func isMonth(_ word: String) -> Bool {
        months.contains(String(word.lowercased().prefix(3))) || word.hasSuffix("月") && Int(word.dropLast()) != nil
    }

    private static func isDay(_ word: String) -> Bool {
        let digits = word.hasSuffix("日") ? String(word.dropLast()) : word
        return Int(digits).map { (1...31).contains($0) } ?? false
    }

    /// `-rw-r--r--`, with what marks further rights behind it.
    private static func kind(_ word: String) -> ListingEntry.Kind? {
        let rights = word.dropFirst().prefix(9)
        guard rights.allSatisfy({ "rwxsStTlL-".contains($0) }) else { return nil }
        switch word.first {
        case "-": return .file
        case "d": return .folder
        case "l", "p", "s", "b", "c", "D": return .other
        default: return nil
        }
    }

    private static func words(_ line: ArraySlice<UInt8>) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start: Int?
        for index in line.startIndex...line.endIndex {
            let isGap = index == line.endIndex || line[index] == 0x20 || line[index] == 0x09
            if isGap, let begin = start { words.append(begin..<index) }
            start = isGap ? nil : start ?? index
        }
        return words
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
