/// What a POP3 server answers to LIST and UIDL: a number and a word on each line.
enum PopAnswer {
    /// In the order of the box; a letter that one of the lists does not have is left for the next look.
    static func letters(sizes: String, ids: String) -> [Letter] {
        let sizes = pairs(sizes)
        let known = Dictionary(sizes.map { ($0.number, Int($0.word) ?? 0) }) { first, _ in first }
        return pairs(ids).compactMap { pair in
            known[pair.number].map { Letter(number: pair.number, id: pair.word, size: $0) }
        }
    }

    private static func pairs(_ text: String) -> [(number: Int, word: String)] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 2, let number = Int(words[0]) else { return nil }
            return (number, String(words[1]))
        }
    }
}
