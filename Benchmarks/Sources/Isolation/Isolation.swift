/// Sixty channels, and what the sound ones notice when others are ill: one asks a source that never answers, one is sent
/// garbage, one gets ten times its share.
struct Isolation {
    let binary: String
    let seed: UInt64
    /// Of each run.
    let seconds: Int
    /// Runs with all well, and as many with three ill, in turns: a difference that is not larger than that between runs
    /// with all well cannot be told from what the machine does by itself.
    let pairs: Int
    /// Single pushes a second over all sound channels.
    var rate = 300.0

    func run(in folder: String) throws -> Finding {
        var runs: [(pair: Int, isIll: Bool, found: IsolationRun.Found)] = []
        for pair in 1...max(1, pairs) {
            // Who comes first changes, too.
            for isIll in pair.isMultiple(of: 2) ? [true, false] : [false, true] {
                let run = IsolationRun(
                    binary: binary, folder: "\(folder)/\(pair)-\(isIll ? "ill" : "well")",
                    workload: Workload(count: Int(rate) * seconds, seed: seed), rate: rate, isIll: isIll)
                runs.append((pair, isIll, try run.measure()))
            }
        }
        let faults = runs.flatMap { run in
            run.found.faults.map { "pair \(run.pair), \(run.isIll ? "three ill" : "all well"): \($0)" }
        }
        return Finding(
            table(runs.filter { !$0.isIll }.map(\.found), runs.filter { $0.isIll }.map(\.found)), faults: faults)
    }

    private func table(_ well: [IsolationRun.Found], _ ill: [IsolationRun.Found]) -> Table {
        var table = Table(
            title: "Three sick channels of sixty", columns: ["all well", "three ill"],
            notes: [
                "\(IsolationRun.sound) channels get \(Int(rate)) single pushes a second together, for \(seconds) s; beside them, "
                    + "when ill, one channel polls a source that accepts and never answers, one is sent \(Int(Trouble.garbageRate)) "
                    + "messages a second that are no JSON, one gets ten times its share. Well, the source has nothing new and the "
                    + "other two are sent nothing.",
                "A pair is a run of each kind, one behind the other, on new stores."
                    + (pairs > 1
                        ? " What the middles of the columns differ by is an effect when it is more than what lies between the "
                            + "lowest and the highest of the runs with all well."
                        : " One pair says nothing of how far equal runs lie apart."),
            ])
        for (index, pair) in zip(well, ill).enumerated() {
            let name = "pair \(index + 1), sound channels"
            table.add("\(name): accept p50 / p99, ms", [pair.0.accepts.pair, pair.1.accepts.pair])
            table.add("\(name): at the handler p50 / p99, ms", [pair.0.handled.pair, pair.1.handled.pair])
        }
        func row(_ name: String, unit: String? = nil, _ value: ([IsolationRun.Found]) -> String) {
            table.add(name, unit: unit, [value(well), value(ill)])
        }
        if pairs > 1 {
            row("accept p99, lowest / middle / highest, ms") { spread($0.map(\.accepts)) }
            row("at the handler p99, lowest / middle / highest, ms") { spread($0.map(\.handled)) }
        }
        row("sound tickets sent / at the handler", unit: "tickets") { "\(sum($0, \.expected)) / \(sum($0, \.arrived))" }
        row("sound pushes refused", unit: "requests") { "\(sum($0, \.refused))" }
        row("garbage refused", unit: "requests") { "\(sum($0, \.garbage))" }
        row("tickets of the overload taken / at the handler", unit: "tickets") {
            "\(sum($0, \.flood)) / \(sum($0, \.flooded))"
        }
        row("questions to the silent source / answered", unit: "requests") {
            "\(sum($0, \.questions)) / \(sum($0, \.answered))"
        }
        return table
    }

    private func sum(_ runs: [IsolationRun.Found], _ count: (IsolationRun.Found) -> Int) -> Int {
        runs.reduce(0) { $0 + count($1) }
    }

    private func spread(_ durations: [Durations]) -> String {
        let values = durations.compactMap { $0.percentile(0.99) }.sorted()
        guard let least = values.first, let most = values.last else { return "–" }
        let middle = values[values.count / 2]
        return [least, middle, most].map { Table.number($0, 1) }.joined(separator: " / ")
    }
}
