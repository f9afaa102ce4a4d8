internal import SluiceSDK

/// What a selector was compiled to.
struct CSVSlot: Sendable {
    var number: Int
}

/// What the rows of one message share.
final class CSVTable {
    let bytes: [UInt8]
    let quote: UInt8
    let positions: [Int]

    init(bytes: [UInt8], quote: UInt8, positions: [Int]) {
        self.bytes = bytes
        self.quote = quote
        self.positions = positions
    }

    func text(_ field: CSVField) -> String {
        guard field.hasDoubledQuotes else { return String(decoding: bytes[field.range], as: UTF8.self) }
        var out: [UInt8] = []
        out.reserveCapacity(field.range.count)
        var isSecond = false
        for byte in bytes[field.range] {
            isSecond = byte == quote && !isSecond
            if !isSecond { out.append(byte) }
        }
        return String(decoding: out, as: UTF8.self)
    }
}

/// A row. Every value is text.
struct CSVRecord: Record {
    let table: CSVTable
    let row: CSVRow

    func select(_ selector: Selector) -> SelectedValue {
        field(selector).map { .text(table.text($0)) } ?? .missing
    }

    /// A row has no parts. What is walked over is the row itself, once, when the field is not empty: a sender that
    /// has one attachment puts it into columns beside the rest.
    func children(_ selector: Selector) -> [any Record] {
        guard let field = field(selector), !field.range.isEmpty else { return [] }
        return [self]
    }

    func bytes() -> [UInt8] { Array(table.bytes[row.range]) }

    private func field(_ selector: Selector) -> CSVField? {
        guard let slot = selector.program as? CSVSlot, slot.number < table.positions.count else { return nil }
        return row.fields[table.positions[slot.number]]
    }
}
