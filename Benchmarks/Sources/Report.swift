import Foundation
import SluiceSDK

/// Outcomes as a table for people and as JSON for comparisons.
enum Report {
    static func table(_ outcomes: [Outcome]) -> String {
        var rows: [(String, [String])] = [("", outcomes.map(\.scenario.name))]
        func row(_ name: String, _ value: (Outcome) -> String) { rows.append((name, outcomes.map(value))) }
        row("records offered") { "\($0.scenario.tickets)" }
        row("tickets expected / arrived") { "\($0.expected.tickets) / \($0.distinct)" }
        row("events expected / arrived") { "\($0.expected.events) / \($0.events)" }
        row("requests refused") { "\($0.refused)" }
        row("records/s accepted") { number($0.acceptRate, 0) }
        row("records/s end to end") { number($0.rate, 0) }
        row("accept p50 / p99 ms") { pair($0.accepts) }
        row("at the handler p50 / p99 ms") { pair($0.handled) }
        for index in outcomes.first.map({ $0.zones.indices }) ?? 0..<0 {
            let name = outcomes[0].zones[index].name
            row("\(name): CPU-s per 1,000") { number($0.zones[index].cpuSeconds / $0.thousands, 4) }
            row("\(name): peak MiB") { number($0.zones[index].peakMiB, 0) }
        }
        row("bytes written per record") { number($0.writtenPerTicket, 0) }
        row("bytes kept per record") { number($0.keptPerTicket, 0) }
        row("holds") { $0.holds ? "yes" : "NO" }
        return aligned(rows)
    }

    static func json(_ outcomes: [Outcome]) -> [UInt8] {
        var writer = JSONWriter(reserving: 4_096)
        writer.beginObject()
        writer.field("durability", durability)
        writer.field("machine", machine)
        writer.key("scenarios")
        writer.beginArray()
        for outcome in outcomes { append(outcome, &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    static let durability =
        "SQLite WAL synchronous=FULL in every zone; segments synced with their folder; three processes"

    static var machine: String {
        let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last ?? ""
        let name = model.drop { $0 == " " }
        return "\(ProcessInfo.processInfo.activeProcessorCount) cores, \(name)"
    }

    private static func append(_ outcome: Outcome, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("name", outcome.scenario.name)
        writer.field("records", outcome.scenario.tickets)
        writer.field("holds", outcome.holds ? "yes" : "no")
        let values: [(String, Double?)] = [
            ("records_per_second_accepted", outcome.acceptRate), ("records_per_second", outcome.rate),
            ("accept_p50_ms", outcome.accepts.percentile(0.5)), ("accept_p99_ms", outcome.accepts.percentile(0.99)),
            ("handler_p50_ms", outcome.handled.percentile(0.5)), ("handler_p99_ms", outcome.handled.percentile(0.99)),
            ("bytes_written_per_record", outcome.writtenPerTicket), ("bytes_kept_per_record", outcome.keptPerTicket),
        ]
        for (name, value) in values { writer.field(name, number(value ?? 0, 3)) }
        for zone in outcome.zones {
            writer.field("\(zone.name)_cpu_seconds_per_1000", number(zone.cpuSeconds / outcome.thousands, 4))
            writer.field("\(zone.name)_peak_mib", number(zone.peakMiB, 1))
        }
        writer.endObject()
    }

    private static func pair(_ durations: Durations) -> String {
        func text(_ share: Double) -> String { durations.percentile(share).map { number($0, 1) } ?? "–" }
        return "\(text(0.5)) / \(text(0.99))"
    }

    private static func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    private static func aligned(_ rows: [(String, [String])]) -> String {
        let first = rows.map(\.0.count).max() ?? 0
        let widths = (rows.first?.1.indices ?? 0..<0).map { column in rows.map { $0.1[column].count }.max() ?? 0 }
        return rows.map { name, cells in
            let padded = zip(cells, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }
            return ([name + String(repeating: " ", count: first - name.count)] + padded).joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
