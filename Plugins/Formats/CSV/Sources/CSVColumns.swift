internal import Synchronization
internal import SluiceSDK

/// The columns that a channel's mapping asks for, each with a slot. What is not in a message's header is known before
/// its first row, and a row finds its fields by slot, without looking names up.
final class CSVColumns: Sendable {
    private struct Asked {
        var slots: [CSVColumn: Int] = [:]
        var columns: [CSVColumn] = []
    }

    private let asked = Mutex(Asked())

    /// The slot of a column; the same for the same column.
    func slot(for column: CSVColumn) -> Int {
        asked.withLock { asked in
            if let slot = asked.slots[column] { return slot }
            asked.slots[column] = asked.columns.count
            asked.columns.append(column)
            return asked.columns.count - 1
        }
    }

    /// Positions in a row, by slot.
    /// - Throws: `RecordFault` when a column is not there or its name is not unique.
    func positions(in header: CSVHeader) throws(RecordFault) -> [Int] {
        var positions: [Int] = []
        for column in asked.withLock(\.columns) { positions.append(try header.position(of: column)) }
        return positions
    }
}

/// The columns that one message has.
struct CSVHeader {
    let count: Int
    private var positions: [String: Int] = [:]
    private var repeated: Set<String> = []

    /// Columns with numbers only.
    init(count: Int) {
        self.count = count
    }

    init(names: [String]) {
        count = names.count
        for (position, name) in names.enumerated() {
            if positions[name] == nil { positions[name] = position } else { repeated.insert(name) }
        }
    }

    func position(of column: CSVColumn) throws(RecordFault) -> Int {
        switch column {
        case .number(let position):
            guard position < count else {
                throw missing("there is no column \(position + 1), only \(count)", "#\(position + 1)")
            }
            return position
        case .name(let name):
            if repeated.contains(name) {
                throw RecordFault(
                    .decode, "csv.repeated-column",
                    "the column stands more than once in the header; select it by number",
                    selector: name)
            }
            guard let position = positions[name] else {
                let hint = NearestName.of(name, among: positions.keys.sorted()).map { "; did you mean '\($0)'?" } ?? ""
                throw missing("there is no such column in the header" + hint, name)
            }
            return position
        }
    }

    private func missing(_ reason: String, _ selector: String) -> RecordFault {
        RecordFault(.decode, "csv.no-such-column", reason, selector: selector)
    }
}
