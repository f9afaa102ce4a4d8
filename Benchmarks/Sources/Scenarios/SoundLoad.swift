import Foundation
import Synchronization

/// Single pushes at a steady rate, the next one to the next channel.
final class SoundLoad: Sendable {
    /// Due → answered.
    let accepts = Durations()
    private let workload: Workload
    private let sent: Moments
    private let channels: Int
    private let rate: Double
    private let port: Int
    private let turn = Atomic<Int>(0)
    private let fault = Mutex<(any Error)?>(nil)

    init(workload: Workload, sent: Moments, channels: Int, rate: Double, port: Int) {
        self.workload = workload
        self.sent = sent
        self.channels = channels
        self.rate = rate
        self.port = port
    }

    func run() throws {
        let group = DispatchGroup()
        let start = now()
        for _ in 0..<8 {
            group.enter()
            Thread.detachNewThread { [self] in
                do { try send(from: start) } catch { fault.withLock { $0 = error } }
                group.leave()
            }
        }
        group.wait()
        if let error = fault.withLock({ $0 }) { throw error }
    }

    private func send(from start: UInt64) throws {
        let socket = try Socket.connect(port: port)
        defer { socket.shut() }
        while true {
            let index = turn.add(1, ordering: .relaxed).oldValue
            guard index < workload.count else { return }
            // A record and its repeat go to the same channel: there they are one ticket.
            let channel = workload.ticket(index).number % channels
            let request = Push.request(
                workload.message(index..<index + 1, as: .ndjson), path: "/channels/bench-\(channel)", .ndjson)
            let due = start + UInt64(Double(index) / rate * 1e9)
            if due > now() { usleep(UInt32((due - now()) / 1_000)) }
            if sent[index] == 0 { sent[index] = due }
            try socket.write(request)
            guard try socket.message() != nil else { throw SocketError("no answer") }
            accepts.add(now() - due)
        }
    }
}

/// What ill upstreams do to their own channels, until it is stopped.
final class Trouble: Sendable {
    let answered = Atomic<Int>(0)
    private let port: Int
    private let share: Double
    private let isStopped = Atomic<Bool>(false)

    /// - Parameter share: messages a second of a sound channel.
    init(port: Int, share: Double) {
        self.port = port
        self.share = share
    }

    func start() {
        send(to: "garbage", rate: 50) { number in Array("\(number) is not JSON {{{".utf8) }
        send(to: "flood", rate: share * 10) { number in
            // Not a number that the handler counts.
            Array(
                #"{"no":"F-\#(number)","created":"2026-01-05 09:12:33","kind":"01","subject":"多","content":"太多了"}"#.utf8
            )
        }
    }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    private func send(to channel: String, rate: Double, _ body: @escaping @Sendable (Int) -> [UInt8]) {
        Thread.detachNewThread { [self] in
            guard let socket = try? Socket.connect(port: port) else { return }
            defer { socket.shut() }
            let start = now()
            var number = 0
            while !isStopped.load(ordering: .relaxed) {
                let due = start + UInt64(Double(number) / rate * 1e9)
                if due > now() { usleep(UInt32((due - now()) / 1_000)) }
                number += 1
                let request = Push.request(body(number), path: "/channels/\(channel)", .ndjson)
                guard (try? socket.write(request)) != nil, (try? socket.message()) != nil else { return }
                answered.add(1, ordering: .relaxed)
            }
        }
    }
}
