import Foundation
import Glibc
import Synchronization

/// The handler: takes every batch with 204 and notes when each ticket was first seen.
final class Sink: Sendable {
    let port: Int
    let sent: Moments
    let arrived: Moments
    /// Events, repeats of the same event included.
    let events = Atomic<Int>(0)
    let requests = Atomic<Int>(0)
    let unexpected = Atomic<Int>(0)
    private let lastArrival = Atomic<UInt64>(0)
    private let listener: Int32

    init(sent: Moments) throws {
        self.sent = sent
        arrived = Moments(count: sent.count)
        (listener, port) = try Self.listen()
    }

    private static func listen() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Socket.loopback(0)
        var length = socklen_t(16)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, 16) == 0 && Glibc.listen(descriptor, 128) == 0
                    && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard isBound else { throw SocketError("listen") }
        return (descriptor, Int(in_port_t(bigEndian: address.sin_port)))
    }

    var lastMoment: UInt64 { lastArrival.load(ordering: .relaxed) }

    func start() {
        Thread.detachNewThread {
            while true {
                let descriptor = accept(self.listener, nil, nil)
                guard descriptor >= 0 else { return }
                Thread.detachNewThread { self.serve(Socket(descriptor: descriptor)) }
            }
        }
    }

    private func serve(_ socket: Socket) {
        defer { socket.shut() }
        let answer = Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)
        while let message = try? socket.message() {
            note(message.body)
            guard (try? socket.write(answer)) != nil else { return }
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
