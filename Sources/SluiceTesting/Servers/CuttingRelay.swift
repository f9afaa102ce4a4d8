internal import Foundation
internal import Synchronization

/// A TCP relay in front of a server, which breaks connections at a place and not at a time: after so many bytes, or
/// instead of an answer. However fast or slow the machine is, what breaks off is the middle.
///
/// Each connection has two threads of its own: relays are for tests with a few connections.
public final class CuttingRelay: Sendable {
    /// Where clients connect to, on `address`.
    public let port: Int
    private let listener: Int32
    private let rules = Rules()

    /// What holds for every connection now, and what came of it.
    private final class Rules: Sendable {
        struct State {
            var most: Int?
            var isAnswered: (@Sendable () -> Bool)?
            var isMute = false
            var stallsAfter: Int?
            var cuts = 0
            var passed = 0
            var open: Set<Int32> = []
        }

        let state = Mutex(State())
    }

    /// Connections that were broken off on purpose.
    public var cuts: Int { rules.state.withLock(\.cuts) }

    /// Bytes that went from the server to its clients.
    public var passed: Int { rules.state.withLock(\.passed) }

    /// Connections that are open now.
    public var connections: Int { rules.state.withLock { $0.open.count / 2 } }

    /// - Parameters:
    ///   - server: the port on 127.0.0.1 that it leads to.
    ///   - address: of this machine, 127.x.y.z. Another one than the server's may have the server's own port: for FTP,
    ///     whose clients connect to a second port of the address that they know.
    ///   - port: a free one when left out.
    /// - Throws: `POSIXError`.
    public init(to server: Int, on address: String = "127.0.0.1", port: Int? = nil) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        FreePort.share(listener)
        let own = port ?? FreePort.next()
        let isBound = Self.with(address, own) { bind(listener, $0, $1) == 0 && listen(listener, 64) == 0 }
        guard isBound else {
            let code = POSIXErrorCode(rawValue: errno) ?? .EADDRNOTAVAIL
            close(listener)
            throw POSIXError(code)
        }
        (self.listener, self.port) = (listener, own)
        let rules = rules
        Thread.detachNewThread {
            while true {
                let client = accept(listener, nil, nil)
                if client < 0, errno == EINTR || errno == ECONNABORTED { continue }
                guard client >= 0 else { break }
                Thread.detachNewThread { Self.serve(client, server, rules) }
            }
            // Here and nowhere else: a number closed under `accept` may be another listener's by then.
            close(listener)
        }
    }

    deinit {
        mute(false)
        stall(after: nil)
        shutdown(listener, Int32(SHUT_RDWR))
        for connection in rules.state.withLock(\.open) { shutdown(connection, Int32(SHUT_RDWR)) }
    }

    /// From now on every connection breaks off after so many bytes in one of its directions; nil for none. What was said
    /// on a connection before counts.
    public func cut(after bytes: Int?) { rules.state.withLock { $0.most = bytes } }

    /// From now on a connection breaks off in place of the first answer at whose time `isAnswered` says true: the server
    /// has done what it was asked, and nobody hears of it.
    public func dropAnswers(when isAnswered: (@Sendable () -> Bool)?) {
        rules.state.withLock { $0.isAnswered = isAnswered }
    }

    /// From now on the server's bytes stop after so many on a connection, which stays open; nil for none.
    public func stall(after bytes: Int?) { rules.state.withLock { $0.stallsAfter = bytes } }

    /// While true, what the server says reaches nobody; the connections stay open.
    public func mute(_ isMute: Bool) { rules.state.withLock { $0.isMute = isMute } }

    private static func serve(_ client: Int32, _ port: Int, _ rules: Rules) {
        let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard with("127.0.0.1", port, { connect(server, $0, $1) == 0 }) else {
            close(server)
            close(client)
            return
        }
        rules.state.withLock { $0.open.formUnion([client, server]) }
        let isUpEnded = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            pass(from: client, to: server, rules, isAnswer: false)
            isUpEnded.signal()
        }
        pass(from: server, to: client, rules, isAnswer: true)
        isUpEnded.wait()
        rules.state.withLock { $0.open.subtract([client, server]) }
        close(client)
        close(server)
    }

    /// Hands bytes on until one side says no more, which the other is told; or until a rule says that it is enough, and
    /// then both ends are closed.
    private static func pass(from: Int32, to: Int32, _ rules: Rules, isAnswer: Bool) {
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        var passed = 0
        while true {
            let count = recv(from, &chunk, chunk.count, 0)
            guard count > 0 else {
                // The server is done; its client is not to know while the relay stalls.
                while isAnswer, isHeldBack(passed, rules) { usleep(10_000) }
                shutdown(to, Int32(SHUT_WR))
                return
            }
            passed += count
            guard isAllowed(passed, count, rules, isAnswer: isAnswer) else { break }
            if isAnswer, isHeldBack(passed, rules) { continue }
            guard forward(chunk, count, to) else { break }
        }
        shutdown(from, Int32(SHUT_RDWR))
        shutdown(to, Int32(SHUT_RDWR))
    }

    private static func isAllowed(_ passed: Int, _ count: Int, _ rules: Rules, isAnswer: Bool) -> Bool {
        let (most, isAnswered) = rules.state.withLock { ($0.most, $0.isAnswered) }
        let isCut = most.map { passed > $0 } ?? false || isAnswer && isAnswered?() ?? false
        rules.state.withLock { state in
            if isCut { state.cuts += 1 } else if isAnswer { state.passed += count }
        }
        return !isCut
    }

    private static func isHeldBack(_ passed: Int, _ rules: Rules) -> Bool {
        rules.state.withLock { state in state.isMute || state.stallsAfter.map { passed > $0 } ?? false }
    }

    private static func forward(_ chunk: [UInt8], _ count: Int, _ to: Int32) -> Bool {
        var sent = 0
        while sent < count {
            let step = chunk.withUnsafeBytes {
                send(to, $0.baseAddress?.advanced(by: sent), count - sent, Int32(MSG_NOSIGNAL))
            }
            guard step > 0 else { return false }
            sent += step
        }
        return true
    }

    private static func with<Value>(
        _ host: String, _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
