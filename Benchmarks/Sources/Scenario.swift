import Foundation
import SluiceTesting
import Synchronization

/// One load, from the first request to the last event at the handler.
struct Scenario: Sendable {
    var name: String
    var tickets: Int
    var plan: Upstream.Plan
    /// Seconds without any event after which the run is given up as incomplete.
    var patience = 30

    func run(binary: String, in folder: String, seed: UInt64) throws -> Outcome {
        let workload = Workload(count: tickets, seed: seed)
        let sent = Moments(count: tickets)
        let sink = try Sink(sent: sent)
        sink.start()
        let installation = try Installation(binary: binary, folder: folder, sinkPort: sink.port)
        defer { installation.stop() }
        try installation.start()
        let before = installation.zones.map { Meter(process: $0.process.id) }
        let start = now()
        let upstream = Upstream(workload, plan, port: installation.port, sent: sent)
        try upstream.run()
        let acceptedAt = now()
        let expected = expectation(workload)
        wait(for: sink, expected.events)
        let after = installation.zones.map { Meter(process: $0.process.id) }
        let zones = zip(installation.zones, zip(before, after)).map { zone, meters in
            Outcome.Zone(
                name: zone.name, cpuSeconds: meters.1.cpuSeconds - meters.0.cpuSeconds, peakMiB: meters.1.peakMiB,
                written: meters.1.written - meters.0.written)
        }
        return Outcome(
            scenario: self, expected: expected, events: sink.events.load(ordering: .relaxed),
            distinct: (0..<tickets).count { sink.arrived[$0] != 0 }, refused: upstream.refused.load(ordering: .relaxed),
            deliveries: sink.requests.load(ordering: .relaxed), acceptSeconds: seconds(start, acceptedAt),
            seconds: seconds(start, sink.lastMoment), accepts: upstream.accepts, handled: latencies(sent, sink.arrived),
            zones: zones, kept: Self.size(of: folder + "/data"))
    }

    /// Tickets that must arrive once, and events: a revision is one more.
    struct Expectation: Sendable {
        var tickets = 0
        var events = 0
    }

    private func expectation(_ workload: Workload) -> Expectation {
        var expected = Expectation()
        var revised: Set<Int> = []
        for index in 0..<workload.count {
            let ticket = workload.ticket(index)
            switch ticket.kind {
            case .new: expected.tickets += 1
            case .repeated: continue
            // The same revision sent twice is absorbed.
            case .revised: guard revised.insert(ticket.number).inserted else { continue }
            }
            expected.events += 1
        }
        return expected
    }

    private func wait(for sink: Sink, _ events: Int) {
        var quiet = 0
        var seen = 0
        while seen < events, quiet < patience * 20 {
            usleep(50_000)
            let count = sink.events.load(ordering: .relaxed)
            quiet = count == seen ? quiet + 1 : 0
            seen = count
        }
    }

    private func latencies(_ sent: Moments, _ arrived: Moments) -> Durations {
        let durations = Durations()
        durations.add((0..<sent.count).compactMap { arrived[$0] > sent[$0] ? arrived[$0] - sent[$0] : nil })
        return durations
    }

    private func seconds(_ from: UInt64, _ to: UInt64) -> Double { to > from ? Double(to - from) / 1e9 : 0 }

    private static func size(of folder: String) -> Int {
        guard let files = FileManager.default.enumerator(atPath: folder) else { return 0 }
        return files.reduce(0) { sum, file in
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(file)")
            return sum
                + ((attributes?[.type] as? FileAttributeType) == .typeRegular ? attributes?[.size] as? Int ?? 0 : 0)
        }
    }
}
