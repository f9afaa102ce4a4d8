import SluiceSDK

/// What the upstream sends: `count` records, of which 3 % repeat an earlier one to the letter and 2 % revise one.
struct Workload: Sendable {
    enum Kind: Sendable { case new, repeated, revised }

    static let prefix = "B-"
    let count: Int
    let texts: Texts
    private let seed: UInt64

    init(count: Int, seed: UInt64) {
        self.count = count
        self.seed = seed
        texts = Texts(count: 4_096, seed: seed)
    }

    /// The number of the ticket that record `index` speaks of, and how. Repeats and revisions look back 1,000 records,
    /// further than what is in hand at once on one connection.
    func ticket(_ index: Int) -> (number: Int, kind: Kind) {
        var numbers = SeededNumbers(seed: seed ^ UInt64(index) &* 0x2545_F491_4F6C_DD1D)
        let chance = numbers.unit()
        guard index >= 2_000, chance < 0.05 else { return (index, .new) }
        var target = index - 1_000 - Int(numbers.next() % 1_000)
        while target > 0, !isNew(target) { target -= 1 }
        return (target, chance < 0.03 ? .repeated : .revised)
    }

    private func isNew(_ index: Int) -> Bool {
        var numbers = SeededNumbers(seed: seed ^ UInt64(index) &* 0x2545_F491_4F6C_DD1D)
        return index < 2_000 || numbers.unit() >= 0.05
    }

    /// Appends record `index` as one line of JSON.
    func append(_ index: Int, to bytes: inout [UInt8]) {
        let (number, kind) = ticket(index)
        let text = (number &* 2_654_435_761) & 4_095
        let isRevision = kind == .revised
        bytes += #"{"no":""#.utf8
        bytes += Self.name(number).utf8
        bytes += #"","created":"2026-01-05 09:12:33","updated":"2026-01-05 "#.utf8
        bytes += (isRevision ? "10:00:00" : "09:12:33").utf8
        bytes += #"","kind":"0"#.utf8
        bytes.append(UInt8(ascii: "1") + UInt8(number % 6))
        bytes +=
            #"","subject":"关于民生问题的反映","areaCode":"370402001","street":"光明路街道","city":"枣庄市","caller":{"name":"王某某","tel":"1990000"#
            .utf8
        bytes += String(1_000 + number % 9_000).utf8
        bytes +=
            #"","kind":"P"},"typePath":"城乡建设/市政设施/路灯","urgent":"0","ext":[{"code":"channel","key":"电话"},{"code":"batch","key":"七"}],"content":"#
            .utf8
        bytes += texts.literals[isRevision ? (text + 1) & 4_095 : text]
        bytes += "}".utf8
    }

    static func name(_ number: Int) -> String { prefix + String(1_000_000_000 + number) }
}
