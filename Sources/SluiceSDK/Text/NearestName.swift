/// Finds what somebody meant to write.
public enum NearestName {
    /// The candidate that is nearest by Damerau–Levenshtein distance; nil when none is near enough.
    ///
    /// Near enough is a third of the longer word, at least one change. Case and the choice of `-` or `_` are free.
    public static func of(_ word: String, among candidates: some Sequence<String>) -> String? {
        let wanted = normalized(word)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let other = normalized(candidate)
            let distance = distance(wanted, other)
            let limit = max(1, max(wanted.count, other.count) / 3)
            guard distance <= limit, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// "did you mean 'every'?", or what is known when nothing is near.
    public static func hint(for word: String, among candidates: [String]) -> String {
        if let near = of(word, among: candidates) { return "did you mean '\(near)'?" }
        if candidates.isEmpty { return "remove it" }
        return "known here: " + candidates.joined(separator: ", ")
    }

    private static func normalized(_ word: String) -> [Character] {
        word.lowercased().map { $0 == "-" ? "_" : $0 }
    }

    /// Insertions, deletions, substitutions and swaps of neighbours, each counted once (optimal string alignment).
    static func distance(_ left: [Character], _ right: [Character]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var before = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        for row in 1...left.count {
            var current = [row] + [Int](repeating: 0, count: right.count)
            for column in 1...right.count {
                let cost = left[row - 1] == right[column - 1] ? 0 : 1
                current[column] = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + cost)
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    current[column] = min(current[column], before[column - 2] + 1)
                }
            }
            (before, previous) = (previous, current)
        }
        return previous[right.count]
    }
}
