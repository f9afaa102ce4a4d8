import Foundation
import Synchronization

/// Requests over a few connections, each its own thread. The next request goes to whoever is free, so they leave in order.
final class PushLoad: Sendable {
    struct Plan: Sendable {
        var connections: Int
        /// Requests a second over all connections; nil: as fast as they are answered.
        var rate: Double?
    }

    /// Request due → answered.
    let accepts = Durations()
    private let plan: Plan
    private let turn = Atomic<Int>(0)
    private let statuses = Mutex<[Int: Int]>([:])
    private let fault = Mutex<(any Error)?>(nil)

    init(_ plan: Plan) { self.plan = plan }

    /// How many requests were answered with each status.
    var answers: [Int: Int] { statuses.withLock { $0 } }
    var answered: Int { answers.values.reduce(0, +) }
    /// Requests that were not answered with success.
    var refused: Int { answered - answers[200, default: 0] }

    /// Returns once every request was answered.
    /// - Parameters:
    ///   - request: makes request n, from 0; nil: that is all.
    ///   - sending: hears which request goes out, and since when it is due.
    func run(
        port: Int, request: @escaping @Sendable (Int) -> [UInt8]?,
        sending: @escaping @Sendable (Int, UInt64) -> Void = { _, _ in }
    ) throws {
        let group = DispatchGroup()
        let start = now()
        for _ in 0..<plan.connections {
            group.enter()
            Thread.detachNewThread { [self] in
                do { try send(to: port, from: start, request, sending) } catch { fault.withLock { $0 = error } }
                group.leave()
            }
        }
        group.wait()
        if let error = fault.withLock({ $0 }) { throw error }
    }

    private func send(
        to port: Int, from start: UInt64, _ request: (Int) -> [UInt8]?, _ sending: (Int, UInt64) -> Void
    ) throws {
        let socket = try Socket.connect(port: port)
        socket.limitReading(to: Patience.usual)
        var durations: [UInt64] = []
        // What was answered counts, also when the next one is not.
        defer {
            socket.shut()
            accepts.add(durations)
        }
        while true {
            let index = turn.add(1, ordering: .relaxed).oldValue
            guard let bytes = request(index) else { return }
            // Late is counted from when the request was due, or a stalled server would look quick.
            let asked = wait(for: index, from: start)
            sending(index, asked)
            try socket.write(bytes)
            guard let answer = try socket.message() else { throw SocketError("no answer") }
            durations.append(now() - asked)
            statuses.withLock { $0[answer.status, default: 0] += 1 }
        }
    }

    /// - Returns: when the request is due: now, where there is no rate.
    private func wait(for index: Int, from start: UInt64) -> UInt64 {
        let moment = now()
        guard let rate = plan.rate else { return moment }
        let due = start + UInt64(Double(index) / rate * 1e9)
        if due > moment { usleep(UInt32((due - moment) / 1_000)) }
        return due
    }
}
