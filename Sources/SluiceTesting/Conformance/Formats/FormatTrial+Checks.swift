internal import SluiceSDK

extension FormatTrial {
    /// Any bytes are records or faults.
    func survive(_ bytes: [UInt8], _ limits: ChannelLimits) throws {
        let run = try FormatRun(any: format, sent(bytes), selecting: [Bench.selector], limits: limits)
        guard run.rows.count + run.faults.count <= limits.records + 1 else {
            throw failure("\(run.rows.count + run.faults.count) records out of \(bytes.count) bytes, over the limit")
        }
        for fault in run.faults + [run.failure].compactMap({ $0 }) { try check(fault) }
    }

    func sent(_ bytes: [UInt8]) -> RawMessage { RawMessage(bytes: bytes, contentType: Bench.contentType) }
    func sent(_ text: String) -> RawMessage { sent(Array(text.utf8)) }

    func check(_ fault: RecordFault) throws {
        guard !fault.code.isEmpty, !fault.reason.isEmpty else { throw failure("a fault without a code or a reason") }
    }

    /// Line breaks may be the format's own; the text is the same.
    func expect(_ texts: [String], _ run: FormatRun, faults: Int = 0) throws {
        if let trouble = run.failure { throw failure("\(trouble)") }
        guard run.faults.count == faults else { throw failure("\(run.faults)") }
        let found = run.rows.compactMap(\.first).map(text)
        guard found == texts.map(plain) else { throw failure("found \(found), not \(texts)") }
    }

    func text(_ value: SelectedValue) -> String {
        switch value {
        case .text(let text), .number(let text), .structure(let text): plain(text)
        case .list(let values): values.map(text).joined(separator: "|")
        case .boolean(let flag): "\(flag)"
        case .missing, .null: ""
        }
    }

    private func plain(_ text: String) -> String {
        var out = String(text.replacing("\r\n", with: "\n"))
        while out.last?.isWhitespace == true { out.removeLast() }
        while out.first?.isWhitespace == true { out.removeFirst() }
        return out
    }

    func failure(_ reason: String) -> FormatConformanceFailure {
        FormatConformanceFailure(scenario: scenario, reason: reason)
    }
}

/// Seeded changes to messages: the same ones every time.
struct Noise {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func number(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(truncatingIfNeeded: state >> 33) % max(1, limit)
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(number(below: 256)) } }

    /// One to four places changed, doubled, taken out or filled in.
    mutating func changed(_ bytes: [UInt8]) -> [UInt8] {
        var out = bytes
        for _ in 0...number(below: 4) where !out.isEmpty {
            let place = number(below: out.count)
            let end = min(out.count, place + 1 + number(below: 12))
            switch number(below: 5) {
            case 0: out[place] = UInt8(number(below: 256))
            case 1: out.removeSubrange(place..<end)
            case 2: out.insert(contentsOf: out[place..<end], at: place)
            case 3: out.insert(contentsOf: self.bytes(1 + number(below: 4)), at: place)
            default: out[place] ^= 1 << UInt8(number(below: 8))
            }
        }
        return out
    }
}
