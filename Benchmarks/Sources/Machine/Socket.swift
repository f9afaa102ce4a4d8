import Glibc

struct SocketError: Error, CustomStringConvertible {
    var description: String

    init(_ what: String) { description = "\(what): \(String(cString: strerror(errno)))" }
}

/// A blocking TCP connection with the little HTTP/1.1 that a load needs: the generator shall cost as little as it can.
final class Socket {
    let descriptor: Int32
    private var buffer: [UInt8] = []
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)

    init(descriptor: Int32) {
        self.descriptor = descriptor
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, 4)
    }

    static func connect(port: Int) throws -> Socket {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = loopback(port)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, 16) }
        }
        guard code == 0 else {
            close(descriptor)
            throw SocketError("connect to port \(port)")
        }
        return Socket(descriptor: descriptor)
    }

    static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    func shut() { close(descriptor) }

    func write(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress! + offset, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw SocketError("send") }
            offset += count
        }
    }

    /// Reading gives up after so long.
    func limitReading(to seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    struct Message {
        var head: String
        var body: ArraySlice<UInt8>

        /// Of an answer: `HTTP/1.1 204 No Content`; 0 where there is none to be seen.
        var status: Int { Int(head.dropFirst("HTTP/1.1 ".count).prefix(3)) ?? 0 }
    }

    /// One request or answer; nil when the other side hung up between two.
    func message() throws -> Message? {
        var headEnd = end(of: [13, 10, 13, 10])
        while headEnd == nil {
            guard try fill() else { return nil }
            headEnd = end(of: [13, 10, 13, 10])
        }
        let head = String(decoding: buffer[..<headEnd!], as: UTF8.self)
        let length = contentLength(head)
        while buffer.count < headEnd! + length {
            guard try fill() else { throw SocketError("connection closed in the middle") }
        }
        let body = buffer[headEnd!..<(headEnd! + length)]
        buffer = Array(buffer[(headEnd! + length)...])
        return Message(head: head, body: body)
    }

    private func end(of mark: [UInt8]) -> Int? {
        buffer.withUnsafeBytes { $0.offset(of: mark).map { $0 + mark.count } }
    }

    private func fill() throws -> Bool {
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw SocketError("receive") }
        buffer += chunk[..<count]
        return count > 0
    }

    private func contentLength(_ head: String) -> Int {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix("content-length:") {
            return Int(line.dropFirst(15).drop { $0 == " " }) ?? 0
        }
        return 0
    }
}
