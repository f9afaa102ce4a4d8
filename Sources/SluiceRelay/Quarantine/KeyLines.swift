internal import SluiceBoundary

/// The lines of a batch that hand over keys, as one value of its row: for each its index, a space, the line and a line
/// break.
struct KeyLines {
    private(set) var lines: [Int: [UInt8]] = [:]

    /// Those that an item of the batch needs. The others go nowhere.
    init(of batch: InboundBatch) {
        if batch.keys.isEmpty { return }
        let wanted = Set(batch.items.compactMap(\.keyLine))
        for key in batch.keys where wanted.contains(key.lineIndex) { lines[key.lineIndex] = key.line }
    }

    /// nil when the value is damaged.
    init?(stored bytes: [UInt8]) {
        for row in bytes.split(separator: 0x0A) {
            guard let space = row.firstIndex(of: UInt8(ascii: " ")),
                let index = Int(String(decoding: row[..<space], as: UTF8.self)), (1..<65_536).contains(index)
            else { return nil }
            lines[index] = Array(row[(space + 1)...])
        }
    }

    /// Empty where there are none.
    var stored: [UInt8] {
        lines.sorted { $0.key < $1.key }.flatMap { Array("\($0.key) ".utf8) + $0.value + [0x0A] }
    }
}
