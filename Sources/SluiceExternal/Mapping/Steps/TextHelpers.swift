internal import SluiceSDK

extension String {
    /// Without white space at either end.
    var trimmed: String {
        guard let first = unicodeScalars.first, let last = unicodeScalars.last else { return self }
        guard first.isWhiteSpace || last.isWhiteSpace else { return self }
        var rest = unicodeScalars[...]
        while let scalar = rest.first, scalar.isWhiteSpace { rest.removeFirst() }
        while let scalar = rest.last, scalar.isWhiteSpace { rest.removeLast() }
        return String(rest)
    }

    var isBlank: Bool { unicodeScalars.allSatisfy(\.isWhiteSpace) }

    /// Trimmed, without the empty ones. The separator is not empty.
    func pieces(separatedBy separator: String) -> [String] {
        split(separator: separator).map { String($0).trimmed }.filter { !$0.isEmpty }
    }
}
