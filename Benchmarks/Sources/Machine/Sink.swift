import Synchronization

/// The handler: takes every batch with 204 and notes when each ticket was first seen.
final class Sink: Sendable {
    let sent: Moments
    let arrived: Moments
    /// Events, repeats of the same event included.
    let events = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    let unexpected = Atomic<Int>(0)
    private let lastArrival = Atomic<UInt64>(0)
    private let listener: Listener

    init(sent: Moments) throws {
        self.sent = sent
        arrived = Moments(count: sent.count)
        listener = try Listener()
    }

    var port: Int { listener.port }
    var lastMoment: UInt64 { lastArrival.load(ordering: .relaxed) }

    func start() {
        let answer = Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)
        listener.start { [self] socket in
            while let message = try socket.message() {
                note(message.body)
                try socket.write(answer)
            }
        }
    }

    private func note(_ body: ArraySlice<UInt8>) {
        let moment = now()
        let mark = Array(#""external_id":"B-"#.utf8)
        var count = 0
        body.withUnsafeBytes { bytes in
            var position = 0
            while let hit = bytes.offset(of: mark, from: position) {
                position = hit + mark.count
                count += 1
                let digits = bytes[position...].prefix(10)
                note(number: digits.reduce(0) { $0 * 10 + Int($1) - 48 } - 1_000_000_000, moment)
            }
        }
        requests.add(1, ordering: .relaxed)
        events.add(count, ordering: .relaxed)
        lastArrival.store(moment, ordering: .relaxed)
    }

    private func note(number: Int, _ moment: UInt64) {
        guard (0..<sent.count).contains(number) else {
            unexpected.add(1, ordering: .relaxed)
            return
        }
        if arrived[number] == 0 { arrived[number] = moment }
    }
}
