import Foundation
import Synchronization

/// The source: pushes the workload over a few connections, each its own thread, each sending its share in order.
final class Upstream: Sendable {
    struct Plan: Sendable {
        /// Records in one request.
        var batch: Int
        var connections: Int
        /// Requests a second over all connections; nil: as fast as they are answered.
        var rate: Double?
    }

    let accepts = Durations()
    let refused = Atomic<Int>(0)
    private let workload: Workload
    private let plan: Plan
    private let port: Int
    private let sent: Moments
    private let turn = Atomic<Int>(0)
    private let fault = Mutex<(any Error)?>(nil)

    init(_ workload: Workload, _ plan: Plan, port: Int, sent: Moments) {
        self.workload = workload
        self.plan = plan
        self.port = port
        self.sent = sent
    }

    /// Blocks until everything was answered.
    func run() throws {
        let group = DispatchGroup()
        let start = now()
        for _ in 0..<plan.connections {
            group.enter()
            Thread.detachNewThread {
                do { try self.send(from: start) } catch { self.fault.withLock { $0 = error } }
                group.leave()
            }
        }
        group.wait()
        if let error = fault.withLock({ $0 }) { throw error }
    }

    private func send(from start: UInt64) throws {
        let socket = try Socket.connect(port: port)
        defer { socket.shut() }
        var durations: [UInt64] = []
        while true {
            let index = turn.add(1, ordering: .relaxed).oldValue
            let first = index * plan.batch
            guard first < workload.count else { break }
            let due = plan.rate.map { start + UInt64(Double(index) / $0 * 1e9) }
            if let due, due > now() { usleep(UInt32((due - now()) / 1_000)) }
            let body = request(first..<min(first + plan.batch, workload.count))
            // Late is counted from when the request was due, or a stalled server would look quick.
            let asked = due ?? now()
            for number in first..<min(first + plan.batch, workload.count) where sent[number] == 0 {
                sent[number] = asked
            }
            try socket.write(body)
            guard let answer = try socket.message() else { throw SocketError("no answer") }
            durations.append(now() - asked)
            if !answer.head.hasPrefix("HTTP/1.1 200") { refused.add(1, ordering: .relaxed) }
        }
        accepts.add(durations)
    }

    private func request(_ records: Range<Int>) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(records.count * 1_400)
        for index in records {
            workload.append(index, to: &body)
            body.append(10)
        }
        let head = """
            POST /channels/bench HTTP/1.1\r\nHost: localhost\r\nX-Key: \(Installation.key)\r\n\
            Content-Type: application/x-ndjson\r\nContent-Length: \(body.count)\r\n\r\n
            """
        return Array(head.utf8) + body
    }
}
