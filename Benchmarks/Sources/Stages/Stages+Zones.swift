import Foundation
import Synchronization

extension Stages {
    /// One zone at work after the other on the same records: what the one before left is what the next one finds.
    func zones(_ workload: Workload, _ table: inout Table) throws {
        let sent = Moments(count: count)
        let sink = try Sink(sent: sent)
        let feed = PushFeed(workload, .ndjson, .init(batch: 500, connections: 4), sink)
        let installation = try Installation(
            binary: binary, folder: folder + "/zones", sinkPort: sink.port, channels: [("bench", feed.channel)])
        defer { installation.stop() }

        try installation.start(["external"])
        var start = now()
        try feed.run(port: installation.port)
        add("external: accept → signed segments", start, installation, &table)
        start = now()
        try installation.start(["relay"])
        add("relay: segments → checked, kept, signed on", start, installation, &table)
        // Its handler does not answer yet.
        start = now()
        try installation.start(["internal"])
        let end = installation.waitForRest()
        table.rows.append(("internal: segments → tickets and deliveries", [rate(from: start, to: end), "–", "–"]))
        let ready = now()
        sink.start()
        var seen = -1
        while seen != sink.events.load(ordering: .relaxed) {
            seen = sink.events.load(ordering: .relaxed)
            usleep(2_000_000)
        }
        let neighbour = try? bareDelivery(workload)
        table.rows.append(
            (
                "internal: deliver in batches of 200",
                [rate(from: ready, to: sink.lastMoment), "the same tickets over a bare socket", neighbour ?? "–"]
            ))
    }

    private func add(_ name: String, _ start: UInt64, _ installation: Installation, _ table: inout Table) {
        table.rows.append((name, [rate(from: start, to: installation.waitForRest()), "–", "–"]))
        installation.stop()
    }

    private func rate(from start: UInt64, to end: UInt64) -> String {
        Table.number(Double(count) * 1e9 / Double(max(1, end > start ? end - start : 1)), 0)
    }

    /// Documents of this process's own making in requests of 200, to a handler that takes them.
    private func bareDelivery(_ workload: Workload) throws -> String {
        let sent = Moments(count: count)
        let sink = try Sink(sent: sent)
        sink.start()
        let socket = try Socket.connect(port: sink.port)
        defer { socket.shut() }
        let start = now()
        for first in stride(from: 0, to: count, by: 200) {
            let body = workload.message(first..<min(first + 200, count), as: .ndjson)
            try socket.write(Push.request(body, path: "/", .ndjson))
            _ = try socket.message()
        }
        return rate(from: start, to: now())
    }
}
