import Foundation

/// Every stage alone, one core at a time, beside what the machine itself needs for the same bytes.
struct Stages {
    /// What becomes of a record, on its way.
    typealias Body = (id: String, body: [UInt8])

    let binary: String
    let folder: String
    let seed: UInt64
    let count: Int

    let batch = 500

    func run() async throws -> Finding {
        var rows = StageRows(
            title: "Each stage alone",
            notes: [
                "NDJSON in messages of 500; everything durable is synced. In this process and one after the other: parse, map, "
                    + "journal, queue, sign, verify, and the neighbours; the stages of zones run in the zone's own process, whose "
                    + "start is part of the relay's and of the internal zone's time, the other zones at rest.",
                "The neighbours do less: no limits, no digests, no idempotence, no ledger; they show what is left to gain.",
            ])
        let workload = Workload(count: count, seed: seed)
        let messages = stride(from: 0, to: count, by: batch).map {
            workload.message($0..<min($0 + batch, count), as: .ndjson)
        }
        let bodies = try records(messages, &rows)
        try await journal(messages, Expectation(workload), &rows)
        try await boundary(bodies, &rows)
        try zones(workload, &rows)
        return rows.finding
    }

    /// In batches, as they go through the stages.
    func batches(_ bodies: [Body]) -> [ArraySlice<Body>] {
        stride(from: 0, to: bodies.count, by: batch).map { bodies[$0..<min($0 + batch, bodies.count)] }
    }

    /// What only goes away when it is not looked at.
    @_optimize(none) static func keep<Value>(_ value: Value) {}
}
