/// What one scenario gave.
struct Outcome: Sendable {
    struct Zone: Sendable {
        var name: String
        var cpuSeconds: Double
        var peakMiB: Double
        var written: Int
    }

    var scenario: Scenario
    var expected: Expectation
    var arrival: Arrival
    /// Requests that were not answered with 200; nil where Sluice answers nobody.
    var refused: Int?
    var acceptSeconds: Double
    /// CPU of the external zone until everything was accepted.
    var acceptCPU: Double
    var seconds: Double
    var accepts: Durations
    /// Sent → at the handler.
    var handled: Durations
    var zones: [Zone]
    /// Tickets a second at the handler, in the first and the last tenth of the time; nil for short runs.
    var tenths: (first: Double, last: Double)?
    /// Bytes in the data folder at the end, without write-ahead logs and what belongs to them, which are used again.
    var kept = 0
    var logs = 0
    /// Bytes of lines that stood in segments, in both of them.
    var segments = 0
    /// Events that follow from what the external zone has taken.
    var journalled = 0
    /// The same in pages that are in use, once `resend_window` is over.
    var keptLater: Int?
    /// Seconds.
    var restart: Double?
    /// Of zones that did not end as they should when they were asked to.
    var endings: [String] = []

    var holds: Bool { faults.isEmpty }
    /// Sentences about what is not as it must be.
    var faults: [String] {
        var faults = arrival.faults(expected)
        if let refused, refused > 0 { faults.append("\(refused) requests were refused") }
        faults += endings
        if journalled != expected.events {
            faults.append("\(journalled) revisions are journalled, and \(expected.events) follow from what was sent")
        }
        return faults.map { "\(scenario.name): \($0)" }
    }
    var rate: Double { seconds > 0 ? Double(scenario.tickets) / seconds : 0 }
    var acceptRate: Double { acceptSeconds > 0 ? Double(scenario.tickets) / acceptSeconds : 0 }
    var thousands: Double { Double(scenario.tickets) / 1_000 }
    private var cpuSeconds: Double { zones.reduce(0) { $0 + $1.cpuSeconds } }
    private var written: Int { zones.reduce(0) { $0 + $1.written } }
    private var writtenIntoStores: Int { written - segments }

    /// Text of a share of `total` that one record has.
    private func forRecord(_ total: Int) -> String { Table.number(Double(total) / Double(max(1, scenario.tickets)), 0) }

    /// And one ticket: repeats are written too and make none.
    private func forTicket(_ total: Int) -> String { Table.number(Double(total) / Double(max(1, expected.tickets)), 0) }

    static func table(_ title: String, _ outcomes: [Outcome], notes: [String]) -> Table {
        var table = Table(title: title, columns: outcomes.map(\.scenario.name), notes: notes)
        func row(_ name: String, unit: String? = nil, _ value: (Outcome) -> String) {
            table.add(name, unit: unit, outcomes.map(value))
        }
        row("records") { "\($0.scenario.tickets)" }
        row("accepted, records/s") { Table.number($0.acceptRate, 0) }
        row("**end to end, records/s**") { Table.number($0.rate, 0) }
        row("the same in tickets, tickets/s") {
            Table.number($0.seconds > 0 ? Double($0.expected.tickets) / $0.seconds : 0, 0)
        }
        if outcomes.contains(where: { $0.tenths != nil }) {
            row("at the handler in the first / last tenth of the time, records/s") {
                $0.tenths.map { "\(Table.number($0.first, 0)) / \(Table.number($0.last, 0))" } ?? "–"
            }
        }
        row("CPU-s of the external zone for 1,000 accepted", unit: "CPU-s") {
            Table.number($0.acceptCPU / $0.thousands, 3)
        }
        row("accept p50 / p99, ms") { $0.accepts.pair }
        row("at the handler p50 / p99, ms") { $0.handled.pair }
        for name in ["external", "relay", "internal"] {
            row("CPU-s for 1,000 records: \(name)", unit: "CPU-s") { outcome in
                Table.number((outcome.zone(name)?.cpuSeconds ?? 0) / outcome.thousands, 3)
            }
        }
        row("CPU-s for 1,000 tickets, three zones", unit: "CPU-s") {
            Table.number($0.cpuSeconds / Double(max(1, $0.expected.tickets)) * 1_000, 3)
        }
        row("peak memory: external, relay, internal, MiB") { outcome in
            ["external", "relay", "internal"].map { Table.number(outcome.zone($0)?.peakMiB ?? 0, 0) }
                .joined(separator: ", ")
        }
        row("bytes written for a record", unit: "bytes") { $0.forRecord($0.written) }
        row("of these by external, relay, internal", unit: "bytes") { outcome in
            ["external", "relay", "internal"].map { outcome.forRecord(outcome.zone($0)?.written ?? 0) }
                .joined(separator: ", ")
        }
        row("of these into stores, at most", unit: "bytes") { $0.forRecord($0.writtenIntoStores) }
        row("bytes written for a ticket, and of these into stores", unit: "bytes") {
            "\($0.forTicket($0.written)), \($0.forTicket($0.writtenIntoStores))"
        }
        row("bytes kept for a record, for a ticket", unit: "bytes") {
            "\($0.forRecord($0.kept)), \($0.forTicket($0.kept))"
        }
        if outcomes.contains(where: { $0.keptLater != nil }) {
            row("in pages that are in use, once `resend_window` is over", unit: "bytes") { outcome in
                outcome.keptLater.map { "\(outcome.forRecord($0)), \(outcome.forTicket($0))" } ?? "–"
            }
        }
        row("write-ahead logs beside, MiB") { Table.number(Double($0.logs) / 1_048_576, 0) }
        if outcomes.contains(where: { $0.restart != nil }) {
            row("start with these stores, s") { $0.restart.map { Table.number($0, 1) } ?? "–" }
        }
        row("tickets expected / at the handler", unit: "tickets") { "\($0.expected.tickets) / \($0.arrival.tickets)" }
        row("events expected / taken / at the handler", unit: "events") {
            "\($0.expected.events) / \($0.journalled) / \($0.arrival.total)"
        }
        row("the same event again / of tickets that nobody sent", unit: "events") {
            "\($0.arrival.repeated) / \($0.arrival.unexpected)"
        }
        row("requests refused", unit: "requests") { $0.refused.map(String.init) ?? "–" }
        return table
    }

    private func zone(_ name: String) -> Zone? { zones.first { $0.name == name } }
}
