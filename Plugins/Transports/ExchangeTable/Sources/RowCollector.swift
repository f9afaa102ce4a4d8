internal import SluiceSDK
internal import TableKit

/// Makes a message of rows while they are read, and stops at its limits.
struct RowCollector {
    private let limits: BatchLimits
    private(set) var taken = TakenRows()
    /// Which columns of the statement stand in the record, by position.
    private var written: [Int] = []
    private var names: [String] = []
    private var keys: [Int] = []

    init(_ limits: BatchLimits) { self.limits = limits }

    /// - Parameters:
    ///   - columns: of the statement.
    ///   - keys: those that find a row again.
    ///   - hidden: those that are ours, and no part of the record.
    mutating func tell(_ columns: [TableColumn], keys: [String], hidden: Set<String> = []) throws {
        names = columns.map(\.name)
        written = names.indices.filter { !hidden.contains(names[$0]) }
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw PluginError(
                .misconfigured, "exchange-table.columns", "two columns are named '\(twice)'; name one of them with AS")
        }
        self.keys = try keys.map { key in
            guard let index = names.firstIndex(of: key) else {
                throw PluginError(
                    .misconfigured, "exchange-table.columns",
                    "there is no column '\(key)'; there are \(names.joined(separator: ", "))")
            }
            return index
        }
    }

    func key(of row: any TableRow) -> [TableValue] { keys.map { row.value($0) } }

    /// - Returns: false when there is no room for more.
    mutating func add(_ row: any TableRow) -> Bool {
        var writer = JSONWriter()
        writer.beginObject()
        for column in written {
            writer.key(names[column])
            row.write(column, to: &writer)
        }
        writer.endObject()
        guard taken.bytes.count + writer.bytes.count + 1 <= limits.bytes else {
            if taken.keys.isEmpty { refuse(row, writer.bytes.count) }
            return false
        }
        taken.bytes += writer.bytes
        taken.bytes.append(0x0A)
        taken.keys.append(key(of: row))
        return taken.keys.count < limits.rows
    }

    /// What there is of a row that is too large: what finds it again.
    private mutating func refuse(_ row: any TableRow, _ count: Int) {
        var writer = JSONWriter()
        writer.beginObject()
        for column in keys {
            writer.key(names[column])
            row.write(column, to: &writer)
        }
        writer.endObject()
        taken.bytes = writer.bytes
        taken.keys = [key(of: row)]
        taken.refusal = RecordFault(
            .decode, "exchange-table.row-size",
            "the row is \(count) bytes as JSON, more than 'limits: { message }' allows; only its key is kept here")
    }
}
