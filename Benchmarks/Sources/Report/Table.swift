import Foundation
import SluiceSDK

/// Figures for people, for the documentation, and for comparisons.
struct Table: Sendable {
    var title: String
    var columns: [String]
    var rows: [(name: String, values: [String])] = []
    /// Of rows whose names do not end with one.
    private var units: [String: String] = [:]
    /// What must be known to read it.
    var notes: [String] = []

    init(title: String, columns: [String], notes: [String] = []) {
        self.title = title
        self.columns = columns
        self.notes = notes
    }

    /// - Parameter unit: of every value of the row; nil when the name or the column says it.
    mutating func add(_ name: String, unit: String? = nil, _ values: [String]) {
        rows.append((name, values))
        units[name] = unit
    }

    var text: String {
        let lines = [[""] + columns] + rows.map { [$0.name.replacing("**", with: "")] + $0.values }
        let widths = (0...columns.count).map { column in lines.map { $0[column].count }.max() ?? 0 }
        let aligned = lines.map { line in
            line.enumerated().map { index, cell in
                let space = String(repeating: " ", count: widths[index] - cell.count)
                return index == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }
        return ([title] + aligned + notes.map { "  " + $0 }).joined(separator: "\n")
    }

    var markdown: String {
        var lines = ["## \(title)", "", "| | " + columns.joined(separator: " | ") + " |"]
        lines.append("|---|" + columns.map { _ in "---|" }.joined())
        lines += rows.map { "| \($0.name) | " + $0.values.joined(separator: " | ") + " |" }
        if !notes.isEmpty { lines += [""] + notes.map { "- " + $0 } }
        return lines.joined(separator: "\n") + "\n"
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("title", title)
        writer.field("columns", columns)
        writer.key("rows")
        writer.beginArray()
        for row in rows {
            writer.beginObject()
            writer.field("name", row.name.replacing("**", with: ""))
            writer.key("cells")
            writer.beginArray()
            for (column, value) in zip(columns, row.values) {
                write(value, unit: unit(row.name, column), to: &writer)
            }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.field("notes", notes)
        writer.endObject()
    }

    private func unit(_ row: String, _ column: String) -> String? {
        units[row] ?? Figures.unit(of: row) ?? Figures.unit(of: column)
    }

    private func write(_ value: String, unit: String?, to writer: inout JSONWriter) {
        let numbers = Figures.numbers(in: value)
        writer.beginObject()
        writer.field("text", value.replacing("**", with: ""))
        if !numbers.isEmpty {
            writer.field("numbers", raw: "[\(numbers.map { "\($0)" }.joined(separator: ","))]".utf8)
            writer.field("unit", unit)
        }
        writer.endObject()
    }

    static func number(_ value: Double, _ digits: Int) -> String {
        let text = String(format: "%.\(digits)f", value)
        guard digits == 0, abs(value) >= 10_000 else { return text }
        var out = ""
        for (index, digit) in text.enumerated() {
            if index > 0, (text.count - index) % 3 == 0 { out += "," }
            out.append(digit)
        }
        return out
    }
}
