import Foundation

/// One run on new stores: the sound channels under their load, and three others that are well or ill.
struct IsolationRun {
    static let sound = 57

    let binary: String
    let folder: String
    let workload: Workload
    /// Single pushes a second over all sound channels.
    let rate: Double
    let isIll: Bool

    struct Found {
        var accepts: Durations
        var handled: Durations
        /// Sound tickets.
        var expected: Int
        var arrived: Int
        var refused: Int
        /// Messages that are no JSON, and were refused.
        var garbage: Int
        /// Tickets of the channel with too many, taken and at the handler.
        var flood: Int
        var flooded: Int
        /// To the silent source.
        var questions: Int
        var answered: Int
        var faults: [String] = []
    }

    func measure() throws -> Found {
        let sent = Moments(count: workload.count)
        let sink = try Sink(sent: sent, beside: Trouble.prefix)
        sink.start()
        let source = try SilentSource(isIll: isIll)
        source.start()
        let installation = try Installation(
            binary: binary, folder: folder, sinkPort: sink.port, channels: channels(silentPort: source.port))
        defer { installation.stop() }
        try installation.start()
        let trouble = Trouble(port: installation.port, share: rate / Double(Self.sound))
        if isIll { trouble.start() }
        let load = PushLoad(.init(connections: 8, rate: rate))
        defer { trouble.stop() }
        try push(load, to: installation.port, sent)
        trouble.stop()
        let expected = Expectation(workload)
        wait(for: expected.events, and: trouble.taken, at: sink)
        // What comes although everything has come must be seen, too.
        installation.waitForRest(atMost: 60)
        return found(load, trouble, source, sink, expected)
    }

    private func push(_ load: PushLoad, to port: Int, _ sent: Moments) throws {
        let workload = workload
        try load.run(
            port: port,
            request: { index in
                guard index < workload.count else { return nil }
                // A record and its repeat go to the same channel: there they are one ticket.
                let channel = workload.ticket(index).number % Self.sound
                let body = workload.message(index..<index + 1, as: .ndjson)
                return Push.request(body, path: "/channels/bench-\(channel)", .ndjson)
            },
            sending: { index, moment in if sent[index] == 0 { sent[index] = moment } })
    }

    private func wait(for events: Int, and flood: Int, at sink: Sink) {
        var (seen, quiet) = (-1, 0)
        while quiet < 400 {
            let arrival = sink.arrival
            let count = arrival.total + arrival.beside
            if count >= events + flood { return }
            (seen, quiet) = (count, count == seen ? quiet + 1 : 0)
            usleep(50_000)
        }
    }

    private func found(
        _ load: PushLoad, _ trouble: Trouble, _ source: SilentSource, _ sink: Sink, _ expected: Expectation
    ) -> Found {
        let arrival = sink.arrival
        var found = Found(
            accepts: load.accepts, handled: sink.sent.durations(to: sink.arrived), expected: expected.tickets,
            arrived: arrival.tickets, refused: load.refused, garbage: trouble.refused, flood: trouble.taken,
            flooded: arrival.beside, questions: source.questions, answered: source.answers)
        found.faults = arrival.faults(expected)
        if found.refused > 0 { found.faults.append("\(found.refused) sound pushes were refused") }
        // Asked again: it was given up once at least.
        if source.questions < 2 { found.faults.append("the third source was asked \(source.questions) times") }
        if found.flooded != found.flood {
            found.faults.append("of \(found.flood) tickets of the overload \(found.flooded) are at the handler")
        }
        // An ill run in which nobody was ill says nothing.
        if isIll { found.faults += trouble.faults }
        return found
    }

    // MARK: Channels

    private func channels(silentPort: Int) -> [(id: String, text: String)] {
        let pushed = (0..<Self.sound).map { "bench-\($0)" } + [Trouble.garbage, Trouble.flood]
        let silent = """
            source: { type: http-poll, url: "http://127.0.0.1:\(silentPort)/", every: 1s, timeout: 1s }
            \(ChannelText.body(.ndjson))
            """
        return pushed.map { ($0, push($0)) } + [(id: "silent", text: silent)]
    }

    private func push(_ id: String) -> String {
        """
        source: { type: http-push, path: /channels/\(id), auth: { type: api-key, header: X-Key, key: "${env:BENCH_KEY}" } }
        \(ChannelText.body(.ndjson))
        """
    }
}
