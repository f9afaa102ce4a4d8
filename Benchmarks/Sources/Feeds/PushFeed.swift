import Foundation
import Synchronization

/// The source pushes the workload over a few connections, each its own thread, each sending its share in order.
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

    /// Request due → answered.
    let accepts = Durations()
    private let unanswered = Atomic<Int>(0)
    private let workload: Workload
    private let shape: RecordShape
    private let plan: Plan
    private let sink: Sink
    private let turn = Atomic<Int>(0)
    /// Records sent that nothing follows from.
    private let repeated = Atomic<Int>(0)
    private let fault = Mutex<(any Error)?>(nil)
    /// Requests made before the clock starts, for single pushes as fast as they are answered: making one costs about as
    /// much as taking it.
    private let prepared: [[UInt8]]

    init(_ workload: Workload, _ shape: RecordShape, _ plan: Plan, _ sink: Sink) {
        self.workload = workload
        self.shape = shape
        self.plan = plan
        self.sink = sink
        let isPrepared = plan.batch == 1 && plan.rate == nil
        prepared = isPrepared ? (0..<workload.count).map { Self.request(workload, $0..<$0 + 1, shape) } : []
    }

    private static func request(_ workload: Workload, _ records: Range<Int>, _ shape: RecordShape) -> [UInt8] {
        Push.request(workload.message(records, as: shape), path: "/channels/bench", shape)
    }

    var refused: Int { unanswered.load(ordering: .relaxed) }

    var channel: String {
        """
        source: { type: http-push, path: /channels/bench, auth: { type: api-key, header: X-Key, key: "${env:BENCH_KEY}" } }
        limits: { connections: 64 }
        \(ChannelText.body(shape))
        """
    }

    func run(port: Int) throws {
        let group = DispatchGroup()
        let start = now()
        for _ in 0..<plan.connections {
            group.enter()
            Thread.detachNewThread {
                do { try self.send(to: port, from: start) } catch { self.fault.withLock { $0 = error } }
                group.leave()
            }
        }
        group.wait()
        if let error = fault.withLock({ $0 }) { throw error }
    }

    private func send(to port: Int, from start: UInt64) throws {
        let socket = try Socket.connect(port: port)
        defer { socket.shut() }
        var durations: [UInt64] = []
        while true {
            let index = turn.add(1, ordering: .relaxed).oldValue
            let first = index * plan.batch
            guard first < workload.count else { break }
            let records = first..<min(first + plan.batch, workload.count)
            wait(before: first)
            let body = prepared.isEmpty ? Self.request(workload, records, shape) : prepared[first]
            let due = plan.rate.map { start + UInt64(Double(index) / $0 * 1e9) }
            if let due, due > now() { usleep(UInt32((due - now()) / 1_000)) }
            // Late is counted from when the request was due, or a stalled server would look quick.
            let asked = due ?? now()
            for number in records where sink.sent[number] == 0 { sink.sent[number] = asked }
            try socket.write(body)
            guard let answer = try socket.message() else { throw SocketError("no answer") }
            durations.append(now() - asked)
            if !answer.head.hasPrefix("HTTP/1.1 200") { unanswered.add(1, ordering: .relaxed) }
        }
        accepts.add(durations)
    }

    /// A source that waits for what it has sent, so that a long run measures what is sustained and not a queue.
    private func wait(before first: Int) {
        guard let window = plan.window else { return }
        let batch = first..<min(first + plan.batch, workload.count)
        repeated.add(batch.count { workload.ticket($0).kind == .repeated }, ordering: .relaxed)
        let start = now()
        while first - repeated.load(ordering: .relaxed) - sink.events.load(ordering: .relaxed) > window {
            usleep(1_000)
            // Nothing comes any more: the run will say so itself.
            if now() - max(start, sink.lastMoment) > 60_000_000_000 { return }
        }
    }
}

/// A push as bytes.
enum Push {
    static func request(_ body: [UInt8], path: String, _ shape: RecordShape) -> [UInt8] {
        let type =
            switch shape {
            case .xml: "application/xml"
            case .jsonPage: "application/json"
            case .ndjson, .csv, .mail: "application/x-ndjson"
            }
        let head = """
            POST \(path) HTTP/1.1\r\nHost: localhost\r\nX-Key: \(Installation.key)\r\n\
            Content-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n
            """
        return Array(head.utf8) + body
    }
}
