import Foundation

/// A client that sends exactly the bytes it is told to, on one connection.
final class RawClient: @unchecked Sendable {
    // Unchecked: the descriptor is only used on the queue.
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "raw client")

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        // A test that waits for something that never comes fails, it does not hang.
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    func send(_ text: String) async { await send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) async {
        await onQueue { [descriptor] in
            var sent = 0
            while sent < bytes.count {
                let count = bytes.withUnsafeBytes {
                    Foundation.send(
                        descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { return }
                sent += count
            }
        }
    }

    func closeSendingHalf() async {
        await onQueue { [descriptor] in _ = shutdown(descriptor, Int32(SHUT_WR)) }
    }

    /// One answer: its head and a body of the announced length. What came when the server closes before that.
    func answer() async -> String {
        await onQueue { [self] in
            var text = ""
            while true {
                if let end = text.range(of: "\r\n\r\n") {
                    let head = text[..<end.lowerBound].lowercased()
                    let length =
                        head.components(separatedBy: "content-length: ").dropFirst().first
                        .flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
                    if text[end.upperBound...].utf8.count >= length { return text }
                }
                guard let more = receive() else { return text }
                text += more
            }
        }
    }

    /// Everything until the server closes.
    func rest() async -> String {
        await onQueue { [self] in
            var text = ""
            while let more = receive() { text += more }
            return text
        }
    }

    private func receive() -> String? {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        return count > 0 ? String(decoding: chunk[..<count], as: UTF8.self) : nil
    }

    private func onQueue<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: body()) }
        }
    }
}
