/// What an IMAP server answers, as far as it matters here: untagged lines of words and numbers.
enum ImapAnswer {
    static func capabilities(_ text: String) -> Set<String> {
        Set(text.uppercased().split { $0.isWhitespace || $0 == "*" }.map(String.init))
    }

    /// `* STATUS INBOX (UIDVALIDITY 1 UIDNEXT 3)`.
    static func status(_ text: String) -> (validity: Int, next: Int)? {
        // The folder's name may hold anything; the numbers stand behind the last bracket.
        guard let open = text.lastIndex(of: "(") else { return nil }
        let numbers = numbers(text[open...])
        guard let validity = numbers["UIDVALIDITY"], let next = numbers["UIDNEXT"], validity > 0, next > 0 else {
            return nil
        }
        return (validity, next)
    }

    /// `* 1 FETCH (UID 7 RFC822.SIZE 1234)`, one a line; other lines are news that nobody asked for.
    static func letters(_ text: String) -> [Letter] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            guard let open = line.firstIndex(of: "(") else { return nil }
            let numbers = numbers(line[open...])
            guard let uid = numbers["UID"], let size = numbers["RFC822.SIZE"] else { return nil }
            return Letter(number: uid, size: size)
        }
    }

    /// Words that are followed by a number.
    private static func numbers(_ text: Substring) -> [String: Int] {
        let words = text.split { $0.isWhitespace || $0 == "(" || $0 == ")" }
        var found: [String: Int] = [:]
        for (word, next) in zip(words, words.dropFirst()) {
            if let number = Int(next) { found[word.uppercased()] = number }
        }
        return found
    }
}
