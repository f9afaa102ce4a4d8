internal import SluiceSDK

/// One case of a format.
struct FormatTrial<Bench: FormatBench>: Sendable {
    let scenario: FormatCase
    let bench: Bench
    let format: any Format

    static var texts: [String] {
        let all = [
            "路灯不亮", "a \"quoted\", text; with | signs", "<b>&amp;</b> ]]> {\"a\":1}", "第一行\n第二行", "=1+1", "-- b --",
            "\u{20000}\u{1F600}é", " inner  spaces ", "100%00 &= +",
        ]
        return Bench.holdsSeveral ? all : [all[0]]
    }

    init(_ scenario: FormatCase, _ bench: Bench) throws {
        (self.scenario, self.bench) = (scenario, bench)
        format = try bench.format(charset: nil)
    }

    func records() throws {
        for texts in Bench.holdsSeveral ? [Self.texts] : Self.texts.map({ [$0] }) {
            let run = try FormatRun(any: format, sent(bench.message(texts)), selecting: [Bench.selector])
            try expect(texts, run)
        }
    }

    func alone() throws {
        let message = sent(bench.message(Self.texts))
        let selector = try format.selector(Bench.selector)
        var found: [(bytes: [UInt8], value: SelectedValue)] = []
        try format.decode(message, limits: ChannelLimits()) { decoded in
            guard case .record(let record) = decoded else { throw failure("a sound record is a fault") }
            found.append((record.bytes(), try record.select(selector)))
        }
        guard found.count == Self.texts.count else { throw failure("\(found.count) records of \(Self.texts.count)") }
        for one in found {
            var again: [(bytes: [UInt8], value: SelectedValue)] = []
            try format.decodeRecord(one.bytes, of: message, limits: ChannelLimits()) { decoded in
                guard case .record(let record) = decoded else { throw failure("its own bytes are a fault") }
                again.append((record.bytes(), try record.select(selector)))
            }
            guard again.count == 1 else { throw failure("a record's own bytes are \(again.count) records") }
            guard again[0].bytes == one.bytes else { throw failure("a record's bytes change when it is read again") }
            guard again[0].value == one.value else { throw failure("a record's values change when it is read again") }
        }
    }

    func empty() throws {
        for bytes: [UInt8] in [[], [0x20], [0x0A, 0x0D, 0x0A], [0xEF, 0xBB, 0xBF], [0]] {
            let run = try FormatRun(any: format, sent(bytes), selecting: [Bench.selector])
            for row in run.rows where row != [.missing] && row != [.null] && row != [.text("")] && row != [.list([])] {
                throw failure("\(bytes) holds \(row)")
            }
        }
    }

    func noise() async throws {
        let whole = Array(bench.message(Self.texts).utf8)
        var limits = ChannelLimits()
        limits.records = 50
        for length in 0..<whole.count {
            try survive(Array(whole[..<length]), limits)
            // Others are waiting for this thread.
            if length % 20 == 0 { await Task.yield() }
        }
        var random = Noise(seed: 20_260_105)
        for round in 0..<500 {
            try survive(random.changed(whole), limits)
            try survive(random.bytes(round % 200), limits)
            if round % 20 == 0 { await Task.yield() }
        }
    }

    func damaged() throws {
        let index = Self.texts.count / 2
        guard let message = bench.damaged(Self.texts, at: index) else { return }
        let run = try FormatRun(any: format, sent(message), selecting: [Bench.selector])
        guard run.faults.count + (run.failure == nil ? 0 : 1) == 1 else {
            throw failure("one record is damaged, and the faults are \(run.faults), \(String(describing: run.failure))")
        }
        try check((run.faults + [run.failure].compactMap { $0 })[0])
        guard Bench.isolates else { return }
        var others = Self.texts
        others.remove(at: index)
        try expect(others, run, faults: 1)
        guard let raw = run.raw.first, !raw.isEmpty else { throw failure("the fault has no bytes to look at") }
        // As a person does who edits the reject: read again, it is a fault again, and no crash.
        do {
            try format.decodeRecord(raw, of: sent(message), limits: ChannelLimits()) { _ in }
        } catch let fault as RecordFault {
            try check(fault)
        }
    }

    func recordsLimit() throws {
        var limits = ChannelLimits()
        limits.records = 3
        let texts = (0..<6).map { "text \($0)" }
        let run = try FormatRun(any: format, sent(bench.message(texts)), selecting: [Bench.selector], limits: limits)
        guard run.rows.count <= 3 else { throw failure("\(run.rows.count) records were handed over, the limit is 3") }
        guard let fault = run.failure ?? run.faults.first else { throw failure("nothing says that there were more") }
        try check(fault)
    }

    func recordLimit() throws {
        var limits = ChannelLimits()
        limits.record = 4_000
        let long = String(repeating: "长", count: 3_000)
        let texts = Bench.holdsSeveral ? ["before", long, "after"] : [long]
        let run = try FormatRun(any: format, sent(bench.message(texts)), selecting: [Bench.selector], limits: limits)
        guard let fault = run.failure ?? run.faults.first else { throw failure("nothing says that it was too large") }
        try check(fault)
        let handed = run.rows.compactMap(\.first).map(text)
        guard handed.allSatisfy({ $0 == "before" || $0 == "after" }) else { throw failure("it was handed over") }
        if Bench.isolates, Bench.holdsSeveral, handed != ["before", "after"] {
            throw failure("of the others there is \(handed)")
        }
    }

    func charset() throws {
        let texts = Bench.holdsSeveral ? ["路灯不亮，已报修", "镕喆堃", "\u{3400}"] : ["镕喆堃：路灯不亮"]
        for label in ["gb18030", "gb2312", "auto"] {
            guard let charset = Charset("gb18030") else { throw failure("there is no gb18030") }
            let bytes = try charset.encode(bench.message(texts))
            try expect(
                texts, FormatRun(any: try bench.format(charset: label), sent(bytes), selecting: [Bench.selector]))
        }
    }

    func notText() throws {
        let mark = Array("MARK".utf8)
        let texts = Bench.holdsSeveral ? ["before", "MARK", "after"] : ["MARK"]
        for (label, bad): (String?, [UInt8]) in [
            (nil, [0x61, 0xFF, 0xFE, 0x62]), ("gb18030", [0x61, 0xFF, 0x20, 0x62]),
        ] {
            var bytes = Array(bench.message(texts).utf8)
            guard let place = bytes.firstRange(of: mark) else { throw failure("the bench's message hides its text") }
            bytes.replaceSubrange(place, with: bad)
            let run = try FormatRun(any: try bench.format(charset: label), sent(bytes), selecting: [Bench.selector])
            guard let fault = run.failure ?? run.faults.first else {
                throw failure("bytes that are no text were handed over as \(run.rows)")
            }
            try check(fault)
            if Bench.isolates, Bench.holdsSeveral { try expect(["before", "after"], run, faults: 1) }
        }
    }

    func streaming() throws {
        var count = 0
        do {
            try format.decode(
                sent(bench.message(Self.texts)), limits: ChannelLimits()
            ) { _ in
                count += 1
                throw Enough()
            }
            throw failure("what the caller threw was swallowed")
        } catch is Enough {
            guard count == 1 else { throw failure("it went on for \(count) records") }
        }
    }

    func selectors() throws {
        var random = Noise(seed: 20_260_106)
        let signs = Array("$.[]*'\"()/@#:abc 0-9?!&|<>=,中文\\{}^~_+\n\0")
        var compiled: [Selector] = []
        for length in 0..<400 {
            let text = String((0..<1 + length % 40).map { _ in signs[random.number(below: signs.count)] })
            do {
                compiled.append(try format.selector(text))
            } catch let error as SelectorError {
                guard !error.code.isEmpty, !error.reason.isEmpty else { throw failure("an error without a code") }
            }
        }
        do {
            try format.decode(sent(bench.message(Self.texts)), limits: ChannelLimits()) { decoded in
                guard case .record(let record) = decoded else { return }
                try ask(record, compiled)
            }
        } catch let fault as RecordFault {
            // A table without such a column is one that nobody can read.
            try check(fault)
        }
    }

    private func ask(_ record: any Record, _ selectors: [Selector]) throws {
        for selector in selectors {
            do {
                _ = try record.select(selector)
                _ = try record.children(selector)
            } catch let fault as RecordFault {
                try check(fault)
            }
        }
    }

    func atOnce() async throws {
        let message = Array(bench.message(Self.texts).utf8)
        let expected = try FormatRun(any: format, sent(message), selecting: [Bench.selector]).rows
        let format = format
        let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    try FormatRun(any: format, sent(message), selecting: [Bench.selector]).rows != expected
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        guard wrong == 0 else { throw failure("\(wrong) of 64 at once found other values") }
    }
}

/// What a caller throws who has seen enough.
private struct Enough: Error {}
