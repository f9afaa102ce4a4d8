import Foundation

/// Half of what this machine carries, for a long time: what a zone holds must not grow with what has passed through it.
struct Soak {
    let binary: String
    let seed: UInt64
    let seconds: Int
    /// Records by which the saturation rate is found.
    let records: Int

    private static let batch = 500
    private static let connections = 4

    /// Caches, pools and logs reach their size in it.
    private var warmUp: Double { min(60, max(10, Double(seconds) / 10)) }

    func run(in folder: String) throws -> Finding {
        let saturated = try Scenario(
            name: "saturated", tickets: records,
            feed: .push(.ndjson, batch: Self.batch, connections: Self.connections, window: 20_000)
        ).run(binary: binary, in: folder + "/saturated", seed: seed)
        try FileManager.default.removeItem(atPath: folder + "/saturated")
        let rate = saturated.rate / 2
        let watch = Watch(every: min(5, max(0.2, Double(seconds) / 100)))
        let half = try Scenario(
            name: "half of it", tickets: max(Self.batch, Int(rate) * seconds),
            feed: .push(
                .ndjson, batch: Self.batch, connections: Self.connections, rate: rate / Double(Self.batch)),
            watch: watch
        ).run(binary: binary, in: folder + "/half", seed: seed)
        return report(saturated, half, watch)
    }

    private func report(_ saturated: Outcome, _ half: Outcome, _ watch: Watch) -> Finding {
        let rate = saturated.rate / 2
        var table = Table(
            title: "Soak: \(seconds) s at half of the saturation rate",
            columns: ["first tenth", "last tenth", "largest", "a minute", "verdict"])
        var holds = true
        func row(_ name: String, unit: String? = nil, _ series: Series, digits: Int, _ rule: Flatness? = nil) {
            let series = series.dropping(first: warmUp)
            let isFlat = rule?.holds(series) ?? true
            holds = holds && isFlat
            let figures = [series.firstTenth, series.lastTenth, series.largest].map { Table.number($0, digits) }
            let slope = Table.number(series.slopePerMinute, 2)
            table.add(name, unit: unit, figures + [slope, rule == nil ? "–" : isFlat ? "flat" : "**GROWS**"])
        }
        let arrivals = watch.arrivals(after: warmUp)
        let offered = Table.number(rate, 0)
        table.add("records offered, records/s", [offered, offered, "–", "–", "–"])
        table.add(
            "tickets at the handler, tickets/s",
            [Table.number(arrivals.first, 0), Table.number(arrivals.last, 0), "–", "–", "–"])
        row("tickets on their way", unit: "tickets", watch.backlog(), digits: 0, .backlog(perSecond: rate))
        for (index, zone) in Watch.names.enumerated() {
            row("\(zone): RssAnon, MiB", watch.series { $0.zones[index].anonymousMiB }, digits: 1, .memory)
            row(
                "\(zone): open descriptors", unit: "descriptors", watch.series { $0.zones[index].descriptors },
                digits: 0, .descriptors)
            row("\(zone): threads", unit: "threads", watch.series { $0.zones[index].threads }, digits: 0, .threads)
        }
        for (index, folder) in Watch.folders.enumerated() {
            row("\(folder): on disk, MiB", watch.series { $0.folders[index] }, digits: 0)
        }
        table.notes = notes(saturated, half)
        return Finding(
            table, faults: (holds ? [] : ["not flat: see what grows"]) + saturated.faults + half.faults)
    }

    private func notes(_ saturated: Outcome, _ half: Outcome) -> [String] {
        let offered = half.acceptSeconds > 0 ? Double(half.scenario.tickets) / half.acceptSeconds : 0
        return [
            "Saturation: \(Table.number(saturated.rate, 0)) records/s end to end (\(records) records, NDJSON of 500, no more "
                + "than 20,000 on their way). Half of it offered: \(Table.number(saturated.rate / 2, 0)) records/s wanted, "
                + "\(Table.number(offered, 0)) taken, \(half.scenario.tickets) records in all.",
            "Tickets expected / at the handler: \(half.expected.tickets) / \(half.arrival.tickets); events "
                + "\(half.expected.events) / \(half.arrival.total).",
            "Flat: after \(Int(warmUp)) s of warm-up, the median of the last third is not above that of the first third by more "
                + "than 10 % and 8 MiB (RssAnon), 8 (descriptors, threads), 3 seconds of the rate (tickets on their way: "
                + "due at the source and not yet at the handler). Of the tenths: medians. What stands on disk grows with "
                + "what is kept.",
        ]
    }
}
