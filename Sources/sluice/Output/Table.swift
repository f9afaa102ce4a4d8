/// Columns of text for a terminal, where a Chinese character is two cells wide.
struct Table {
    enum Alignment {
        case left, right
    }

    private let header: [String]
    private let alignment: [Alignment]
    private var rows: [[String]] = []

    /// - Parameter header: a name that begins with `>` is aligned to the right.
    init(_ header: [String]) {
        self.header = header.map { $0.hasPrefix(">") ? String($0.dropFirst()) : $0 }
        alignment = header.map { $0.hasPrefix(">") ? .right : .left }
    }

    mutating func add(_ cells: [String]) {
        rows.append(cells)
    }

    var isEmpty: Bool { rows.isEmpty }

    var text: String {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].cells }.max() ?? 0 }
        return all.map { row in
            let cells = row.indices.map { pad(row[$0], to: widths[$0], alignment[$0]) }
            return cells.joined(separator: "  ").trimmedAtEnd
        }.joined(separator: "\n")
    }

    private func pad(_ cell: String, to width: Int, _ alignment: Alignment) -> String {
        let blanks = String(repeating: " ", count: max(0, width - cell.cells))
        return alignment == .left ? cell + blanks : blanks + cell
    }
}

extension String {
    /// Terminal cells: East Asian wide characters take two.
    var cells: Int {
        unicodeScalars.reduce(0) { $0 + ($1.isWide ? 2 : 1) }
    }

    /// Cut to so many cells, with an ellipsis where something was left out.
    func shortened(to limit: Int) -> String {
        let line = split(whereSeparator: \.isNewline).joined(separator: " ")
        guard line.cells > limit else { return line }
        var out = ""
        var used = 0
        for character in line {
            let width = String(character).cells
            if used + width > limit - 1 { break }
            out.append(character)
            used += width
        }
        return out + "…"
    }

    fileprivate var trimmedAtEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

extension Unicode.Scalar {
    /// The blocks of UAX #11 that terminals draw two cells wide.
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            true
        default: false
        }
    }
}
