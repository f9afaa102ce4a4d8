internal import SluiceSDK
internal import TableKit

/// One way of taking rows: by a state column, or behind a cursor.
protocol TableReader: Sendable {
    /// Stands in front of the keys in a message's origin.
    var origin: String { get }
    /// A new connection: what was handed over and not settled is offered again.
    func begin(_ connection: TableConnection) async throws
    /// nil: nothing waits.
    func take(_ connection: TableConnection) async throws -> TakenRows?
    func settle(_ taken: TakenRows, _ outcome: MessageOutcome, _ connection: TableConnection) async throws
    /// Tells rows that say they failed what became of them since.
    /// - Returns: false where rows are told nothing.
    func correct(_ bytes: [UInt8], _ outcome: MessageOutcome, _ connection: TableConnection) async throws -> Bool
}

extension TableReader {
    func correct(_ bytes: [UInt8], _ outcome: MessageOutcome, _ connection: TableConnection) async throws -> Bool {
        false
    }
}

/// Rows on their way to the journal.
struct TakenRows: Sendable {
    /// One for each take of a reader.
    var number = 0
    /// A JSON object on each line.
    var bytes: [UInt8] = []
    /// For every row, what finds it again.
    var keys: [[TableValue]] = []
    var checkpoint: String?
    /// Set when a single row is larger than a message may be.
    var refusal: RecordFault?

    /// "17" or "17–216".
    var origin: String? {
        guard let first = keys.first, let last = keys.last else { return nil }
        let text = { (key: [TableValue]) in key.map { $0.text ?? "" }.joined(separator: "/") }
        return keys.count == 1 ? text(first) : "\(text(first))–\(text(last))"
    }
}

struct BatchLimits: Sendable {
    var rows: Int
    var bytes: Int
}
