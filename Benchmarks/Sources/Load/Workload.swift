import SluiceSDK

/// What the upstream sends: `count` records, of which 3 % repeat an earlier one to the letter and 2 % revise one.
struct Workload: Sendable {
    enum Kind: Sendable { case new, repeated, revised }

    static let prefix = "B-"
    /// What follows a record's name in the Message-ID of its letter.
    static let mailbox = "@mail.example"
    let count: Int
    let texts: Texts
    private let seed: UInt64

    init(count: Int, seed: UInt64) {
        self.count = count
        self.seed = seed
        texts = Texts(count: 4_096, seed: seed)
    }

    /// Repeats and revisions look back so many records at least, which is further than what is in hand at once over all
    /// connections where there are enough: a revision that overtakes its ticket would make one event instead of two.
    private var distance: Int { count >= 16_000 ? 4_000 : 1_000 }

    /// The number of the ticket that record `index` speaks of, and how.
    func ticket(_ index: Int) -> (number: Int, kind: Kind) {
        var numbers = SeededNumbers(seed: seed ^ UInt64(index) &* 0x2545_F491_4F6C_DD1D)
        let chance = numbers.unit()
        guard index >= distance + 1_000, chance < 0.05 else { return (index, .new) }
        var target = index - distance - Int(numbers.next() % 1_000)
        while target > 0, !isNew(target) { target -= 1 }
        return (target, chance < 0.03 ? .repeated : .revised)
    }

    private func isNew(_ index: Int) -> Bool {
        var numbers = SeededNumbers(seed: seed ^ UInt64(index) &* 0x2545_F491_4F6C_DD1D)
        return index < distance + 1_000 || numbers.unit() >= 0.05
    }

    func record(_ index: Int) -> Record {
        let (number, kind) = ticket(index)
        let text = (number &* 2_654_435_761) & 4_095
        return Record(
            number: number, isRevision: kind == .revised, text: kind == .revised ? (text + 1) & 4_095 : text)
    }

    /// Appends record `index` in `shape`.
    func append(_ index: Int, as shape: RecordShape, to bytes: inout [UInt8]) {
        shape.append(record(index), texts, to: &bytes)
    }

    /// Records in a row as one message of `shape`.
    func message(_ records: Range<Int>, as shape: RecordShape) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(records.count * 1_600 + 64)
        bytes += shape.opening.utf8
        for index in records {
            if index > records.lowerBound { bytes += shape.separator.utf8 }
            append(index, as: shape, to: &bytes)
        }
        bytes += shape.closing.utf8
        return bytes
    }

    static func name(_ number: Int) -> String { prefix + String(1_000_000_000 + number) }

    /// What a source holds of one ticket.
    struct Record: Sendable {
        var number: Int
        var isRevision: Bool
        /// Which of the texts.
        var text: Int

        var name: String { Workload.name(number) }
        var kind: String { "0\(1 + number % 6)" }
        var phone: String { "1990000\(1_000 + number % 9_000)" }
        var created: String { "2026-01-05 09:\(Self.two(number / 60 % 60)):\(Self.two(number % 60))" }
        var updated: String {
            "2026-01-05 1\(isRevision ? 1 : 0):\(Self.two(number / 60 % 60)):\(Self.two(number % 60))"
        }

        private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    }
}
