internal import SluiceSDK
internal import TableKit

/// Finds rows again by the records that were made of them: the key's columns stand in each.
struct RowKeys {
    private let columns: [String]

    init(_ columns: [String]) { self.columns = columns }

    /// - Parameter bytes: one record, however it is laid out, or a record on each line.
    /// - Returns: a key for each record, in order; one that finds nothing where a record cannot be read.
    func all(in bytes: [UInt8]) -> [[TableValue]] {
        if let one = try? JSONDocument.parse(bytes) { return [key(of: one.root)] }
        return bytes.split(separator: 0x0A).filter { line in line.contains { $0 > 0x20 } }.map { line in
            (try? JSONDocument.parse(Array(line))).map { key(of: $0.root) } ?? columns.map { _ in .null }
        }
    }

    private func key(of record: JSONElement) -> [TableValue] {
        columns.map { column in
            guard let value = record[column], !value.isNull else { return .null }
            if let text = value.string { return .text(text) }
            guard let number = value.numberText else { return .null }
            return Int64(number).map(TableValue.integer) ?? .text(number)
        }
    }
}
