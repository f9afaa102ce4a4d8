import Foundation
import Synchronization

/// A mail server for one letter, which reads its beginning and then nothing, until it is told to go on.
final class SilentMailServer: Sendable {
    struct State {
        /// Of the letter, so far.
        var bytes = 0
        /// The last of what came.
        var tail = ""
        /// The client has hung up.
        var isOver = false
    }

    let port: Int
    let state = Mutex(State())
    private let mayGoOn = DispatchSemaphore(value: 0)
    private let isSilent: Bool
    private let listener: Int32

    init(isSilent: Bool = true) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 1) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        (self.listener, self.isSilent, port) = (listener, isSilent, Int(UInt16(bigEndian: address.sin_port)))
        Thread.detachNewThread { [self] in serve() }
    }

    func goOn() { mayGoOn.signal() }

    private func serve() {
        let connection = accept(listener, nil, nil)
        defer {
            close(connection)
            close(listener)
            state.withLock { $0.isOver = true }
        }
        say("220 here", connection)
        while let line = read(connection, most: 4096) {
            guard line.hasPrefix("DATA") else {
                say("250 yes", connection)
                continue
            }
            say("354 go on", connection)
            guard let first = read(connection, most: 1024) else { return }
            take(first)
            if isSilent {
                mayGoOn.wait()
            } else {
                // The dot may come by itself, and an answer before it is lost.
                while !state.withLock({ $0.tail.contains("\r\n.\r\n") }) {
                    guard let more = read(connection, most: 1024) else { return }
                    take(more)
                }
                say("250 taken", connection)
            }
            while let more = read(connection, most: 1 << 20) { take(more) }
            return
        }
    }

    private func take(_ text: String) {
        state.withLock { state in
            state.bytes += text.utf8.count
            state.tail = String((state.tail + text).suffix(64))
        }
    }

    private func say(_ line: String, _ connection: Int32) {
        let bytes = Array((line + "\r\n").utf8)
        _ = send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// nil when the client has hung up.
    private func read(_ connection: Int32, most: Int) -> String? {
        var bytes = [UInt8](repeating: 0, count: most)
        let count = recv(connection, &bytes, most, 0)
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }
}
