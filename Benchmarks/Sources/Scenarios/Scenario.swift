import Foundation
import Synchronization

/// One load, from the first record to the last event at the handler.
struct Scenario: Sendable {
    var name: String
    var tickets: Int
    var feed: FeedKind
    /// Seconds without any event after which the run is given up as incomplete.
    var patience = 30
    /// Starts the zones once more on what they have then stored.
    var restarts = false
    /// Looks at what is kept once nothing can be sent again.
    var outlastsWindow = false
    /// The core of the external zone.
    var pinned: Int?
    /// The other zones start when everything was accepted, and the load keeps off the core of the external zone.
    var isAlone = false
    /// Looks at the zones while records are offered.
    var watch: Watch?

    func run(binary: String, in folder: String, seed: UInt64) throws -> Outcome {
        let workload = Workload(count: tickets, seed: seed)
        let sent = Moments(count: tickets)
        let sink = try Sink(sent: sent)
        sink.start()
        let feed = try feed.make(workload, sink: sink, folder: folder)
        let installation = try Installation(
            binary: binary, folder: folder, sinkPort: sink.port, channels: [("bench", feed.channel)], pinned: pinned)
        defer { installation.stop() }
        try installation.start(isAlone ? ["external"] : ["internal", "relay", "external"])
        var before = installation.meters()
        let begun = installation.externalCPU
        let start = now()
        watch?.start(installation, sink, workload)
        defer { watch?.end() }
        try offOneCore(isAlone ? pinned : nil) { try feed.run(port: installation.port) }
        watch?.end()
        let acceptedAt = now()
        let acceptCPU = installation.externalCPU - begun
        if isAlone {
            try installation.start(["internal", "relay"])
            // They work on what lies there as soon as they start.
            before += [Meter(), Meter()]
        }
        let expected = Expectation(workload)
        wait(for: sink, expected.events)
        let after = installation.meters()
        // What comes although everything has come must be seen, too.
        installation.waitForRest(atMost: 60)
        let zones = zip(installation.zones, zip(before, after)).map { zone, meters in
            Outcome.Zone(
                name: zone.name, cpuSeconds: meters.1.cpuSeconds - meters.0.cpuSeconds, peakMiB: meters.1.peakMiB,
                written: meters.1.written - meters.0.written)
        }
        var outcome = Outcome(
            scenario: self, expected: expected, arrival: sink.arrival, refused: feed.refused,
            acceptSeconds: seconds(start, acceptedAt), acceptCPU: acceptCPU, seconds: seconds(start, sink.lastMoment),
            accepts: feed.accepts, handled: sent.durations(to: sink.arrived), zones: zones)
        outcome.tenths = Self.tenths(sink.arrived, from: start)
        // Stopping empties the write-ahead logs into the files.
        outcome.endings = installation.stop()
        outcome.journalled = try installation.journalled()
        outcome.segments = try installation.segmentBytes()
        outcome.kept = installation.bytes { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
        outcome.logs = installation.bytes { $0.hasSuffix("-wal") || $0.hasSuffix("-shm") }
        if outlastsWindow { outcome.keptLater = try installation.bytesAfterTheWindow() }
        if restarts { outcome.restart = try Self.restart(installation) }
        return outcome
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

    /// Tickets a second at the handler in the first and the last tenth of the run's time.
    private static func tenths(_ arrived: Moments, from start: UInt64) -> (first: Double, last: Double)? {
        let moments = (0..<arrived.count).map { arrived[$0] }.filter { $0 > start }.sorted()
        guard let first = moments.first, let last = moments.last, last - first > 5_000_000_000 else { return nil }
        let span = (last - first) / 10
        let seconds = Double(span) / 1e9
        return (
            Double(moments.count { $0 <= first + span }) / seconds, Double(moments.count { $0 > last - span }) / seconds
        )
    }

    /// Seconds until all three zones are ready.
    private static func restart(_ installation: Installation) throws -> Double {
        let start = now()
        try installation.start()
        let seconds = Double(now() - start) / 1e9
        installation.stop()
        return seconds
    }

    private func seconds(_ from: UInt64, _ to: UInt64) -> Double { to > from ? Double(to - from) / 1e9 : 0 }
}
