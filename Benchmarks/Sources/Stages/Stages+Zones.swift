import Foundation

extension Stages {
    /// One zone at work after the other on the same records: what the one before left is what the next one finds.
    func zones(_ workload: Workload, _ rows: inout StageRows) throws {
        let sink = try Sink(sent: Moments(count: count))
        let feed = PushFeed(workload, .ndjson, .init(batch: 500, connections: 4), sink)
        let installation = try Installation(
            binary: binary, folder: folder + "/zones", sinkPort: sink.port, channels: [("bench", feed.channel)])
        defer { installation.stop() }
        let expected = Expectation(workload)

        try installation.start(["external"])
        var start = now()
        try feed.run(port: installation.port)
        var rate = rest(installation, from: start)
        installation.stop()
        rows.add("external: accept → signed segments", rate, beside: try sameRows(as: installation.store("external")))
        rows.expect(0, feed.refused ?? 0, "pushes refused")
        rows.expect(expected.events, try installation.journalled(), "revisions journalled")

        start = now()
        try installation.start(["relay"])
        rate = rest(installation, from: start)
        installation.stop()
        rows.add(
            "relay: segments → checked, kept, signed on", rate, beside: try sameRows(as: installation.store("relay")))
        rows.expect(
            expected.events, try installation.count(of: "item WHERE kind LIKE 'ticket.%'", in: "relay"),
            "items in the quarantine")

        try admitAndDeliver(installation, workload, sink, expected, &rows)
    }

    private func admitAndDeliver(
        _ installation: Installation, _ workload: Workload, _ sink: Sink, _ expected: Expectation,
        _ rows: inout StageRows
    ) throws {
        // Its handler does not answer yet.
        let start = now()
        try installation.start(["internal"])
        let rate = rest(installation, from: start)
        // The neighbour would keep the handler waiting.
        let copy = try installation.copyOfStore("internal", in: folder)
        let ready = now()
        sink.start()
        wait(for: expected.events, at: sink)
        installation.waitForRest(atMost: 60)
        installation.stop()
        rows.add("internal: segments → tickets and deliveries", rate, beside: try sameRows(as: copy))
        rows.expect(expected.tickets, try installation.count(of: "ticket", in: "internal"), "tickets admitted")
        // What did not arrive is not counted as delivered.
        let delivered = sink.arrival.total
        let end = max(ready, sink.lastMoment)
        rows.add(
            "internal: deliver in batches of 200", Rate.of(delivered, in: end - ready),
            beside: .init("the same tickets over a bare socket", try bareDelivery(workload)))
        for fault in sink.arrival.faults(expected) { rows.fail("deliver: \(fault)") }
    }

    private func rest(_ installation: Installation, from start: UInt64) -> Double {
        let end = installation.waitForRest()
        return Rate.of(count, in: end > start ? end - start : 1)
    }

    private func wait(for events: Int, at sink: Sink) {
        var (seen, quiet) = (-1, 0)
        while seen < events, quiet < 300 {
            usleep(100_000)
            let count = sink.arrival.total
            (seen, quiet) = (count, count == seen ? quiet + 1 : 0)
        }
    }

    /// Documents of this process's own making in requests of 200, to a handler that takes them.
    private func bareDelivery(_ workload: Workload) throws -> Double {
        let sink = try Sink(sent: Moments(count: count))
        sink.start()
        let socket = try Socket.connect(port: sink.port)
        defer { socket.shut() }
        return try Rate.of(count) {
            for first in stride(from: 0, to: count, by: 200) {
                let body = workload.message(first..<min(first + 200, count), as: .ndjson)
                try socket.write(Push.request(body, path: "/", .ndjson))
                guard try socket.message()?.status == 204 else { throw SocketError("no answer") }
            }
        }
    }
}
