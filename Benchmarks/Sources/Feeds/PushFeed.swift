import Foundation
import Synchronization

/// The source pushes the workload over a few connections, in order.
final class PushFeed: Feed {
    struct Plan: Sendable {
        /// Records in one request.
        var batch: Int
        var connections: Int
        /// Requests a second over all connections; nil: as fast as they are answered.
        var rate: Double?
        /// Records that may be on their way to the handler; nil: any number.
        var window: Int?
    }

    private let load: PushLoad
    private let workload: Workload
    private let shape: RecordShape
    private let plan: Plan
    private let sink: Sink
    /// Records sent that nothing follows from.
    private let repeated = Atomic<Int>(0)
    /// Requests made before the clock starts, for single pushes as fast as they are answered: making one costs about as
    /// much as taking it.
    private let prepared: [[UInt8]]

    init(_ workload: Workload, _ shape: RecordShape, _ plan: Plan, _ sink: Sink) {
        self.workload = workload
        self.shape = shape
        self.plan = plan
        self.sink = sink
        load = PushLoad(.init(connections: plan.connections, rate: plan.rate))
        let isPrepared = plan.batch == 1 && plan.rate == nil
        prepared = isPrepared ? (0..<workload.count).map { Self.request(workload, $0..<$0 + 1, shape) } : []
    }

    private static func request(_ workload: Workload, _ records: Range<Int>, _ shape: RecordShape) -> [UInt8] {
        Push.request(workload.message(records, as: shape), path: "/channels/bench", shape)
    }

    /// Request due → answered.
    var accepts: Durations { load.accepts }
    var refused: Int? { load.refused }

    var channel: String {
        """
        source: { type: http-push, path: /channels/bench, auth: { type: api-key, header: X-Key, key: "${env:BENCH_KEY}" } }
        limits: { connections: 64 }
        \(ChannelText.body(shape))
        """
    }

    func run(port: Int) throws {
        try load.run(
            port: port,
            request: { [self] index in
                let records = records(index)
                guard !records.isEmpty else { return nil }
                wait(before: records)
                return prepared.isEmpty ? Self.request(workload, records, shape) : prepared[index]
            },
            sending: { [self] index, moment in
                for number in records(index) where sink.sent[number] == 0 { sink.sent[number] = moment }
            })
    }

    private func records(_ index: Int) -> Range<Int> {
        let first = min(index * plan.batch, workload.count)
        return first..<min(first + plan.batch, workload.count)
    }

    /// A source that waits for what it has sent, so that a long run measures what is sustained and not a queue.
    private func wait(before records: Range<Int>) {
        guard let window = plan.window else { return }
        repeated.add(records.count { workload.ticket($0).kind == .repeated }, ordering: .relaxed)
        let start = now()
        while records.lowerBound - repeated.load(ordering: .relaxed) - sink.events.load(ordering: .relaxed) > window {
            usleep(1_000)
            // Nothing comes any more: the run will say so itself.
            if now() - max(start, sink.lastMoment) > 60_000_000_000 { return }
        }
    }
}
