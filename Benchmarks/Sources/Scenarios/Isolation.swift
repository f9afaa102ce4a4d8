import Foundation
import Synchronization

/// Sixty channels, and what the sound ones notice when others are ill: one asks a source that never answers, one is sent
/// garbage, one gets ten times its share.
struct Isolation {
    let binary: String
    let seed: UInt64
    let seconds: Int
    /// Single pushes a second over all sound channels.
    var rate = 300.0
    private let sound = 57

    func run(in folder: String) throws -> Table {
        let well = try measure(in: folder + "/well", isIll: false)
        let ill = try measure(in: folder + "/ill", isIll: true)
        var table = Table(
            title: "One sick channel of sixty, three times over", columns: ["all well", "three ill"],
            notes: [
                "\(sound) channels get \(Int(rate)) single pushes a second together; beside them one channel polls a source that "
                    + "accepts and never answers, one is sent 50 messages a second that are no JSON, one gets ten times its share."
            ])
        func row(_ name: String, _ value: (Measured) -> String) {
            table.rows.append((name, [value(well), value(ill)]))
        }
        row("sound channels: accept p50 / p99, ms") { $0.accepts }
        row("sound channels: at the handler p50 / p99, ms") { $0.handled }
        row("sound tickets sent / at the handler") { "\($0.sent) / \($0.arrived)" }
        row("garbage and overload answered") { "\($0.ill)" }
        return table
    }

    private struct Measured {
        var accepts: String
        var handled: String
        var sent: Int
        var arrived: Int
        var ill: Int
    }

    private func measure(in folder: String, isIll: Bool) throws -> Measured {
        let count = Int(rate) * seconds
        let workload = Workload(count: count, seed: seed)
        let sent = Moments(count: count)
        let sink = try Sink(sent: sent)
        sink.start()
        // Never accepts: the kernel completes the connection, and that is all.
        let silent = try Listener()
        let installation = try Installation(
            binary: binary, folder: folder, sinkPort: sink.port, channels: channels(silentPort: silent.port))
        defer { installation.stop() }
        try installation.start()
        let load = SoundLoad(workload: workload, sent: sent, channels: sound, rate: rate, port: installation.port)
        let trouble = Trouble(port: installation.port, share: rate / Double(sound))
        if isIll { trouble.start() }
        try load.run()
        trouble.stop()
        var (seen, quiet) = (-1, 0)
        while quiet < 40 {
            usleep(50_000)
            let events = sink.events.load(ordering: .relaxed)
            (seen, quiet) = (events, events == seen ? quiet + 1 : 0)
        }
        let handled = Durations()
        handled.add((0..<count).compactMap { sink.arrived[$0] > sent[$0] ? sink.arrived[$0] - sent[$0] : nil })
        return Measured(
            accepts: load.accepts.pair, handled: handled.pair,
            sent: (0..<count).count { workload.ticket($0).kind == .new },
            arrived: (0..<count).count { sink.arrived[$0] != 0 }, ill: trouble.answered.load(ordering: .relaxed))
    }

    private func channels(silentPort: Int) -> [(id: String, text: String)] {
        var channels = (0..<sound).map { (id: "bench-\($0)", text: push("bench-\($0)")) }
        channels.append((id: "garbage", text: push("garbage")))
        channels.append((id: "flood", text: push("flood")))
        channels.append(
            (
                id: "silent",
                text: """
                source: { type: http-poll, url: "http://127.0.0.1:\(silentPort)/", every: 1s, timeout: 5s }
                \(ChannelText.body(.ndjson))
                """
            ))
        return channels
    }

    private func push(_ id: String) -> String {
        """
        source: { type: http-push, path: /channels/\(id), auth: { type: api-key, header: X-Key, key: "${env:BENCH_KEY}" } }
        \(ChannelText.body(.ndjson))
        """
    }
}

extension Durations {
    /// p50 / p99 in milliseconds.
    var pair: String {
        guard let half = percentile(0.5), let most = percentile(0.99) else { return "–" }
        return "\(Table.number(half, 1)) / \(Table.number(most, 1))"
    }
}
