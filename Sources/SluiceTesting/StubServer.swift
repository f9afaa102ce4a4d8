internal import Foundation
internal import Synchronization

/// The other side of a sender: a real HTTP server on a loopback port that keeps every request and answers as told.
///
/// One request a connection, one connection at a time; for more, take a real server.
public final class StubServer: Sendable {
    public struct Request: Sendable {
        public var method: String
        /// Path and query as they were sent.
        public var target: String
        /// Names in lower case.
        public var headers: [(name: String, value: String)]
        public var body: [UInt8]

        public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
        public var text: String { String(decoding: body, as: UTF8.self) }
    }

    public struct Answer: Sendable {
        public var status: Int
        public var headers: [(name: String, value: String)]
        public var body: String
        /// Instead of `body`, where it is no UTF-8.
        public var bytes: [UInt8]?
        /// Announces more bytes than it sends, and then nothing comes until the caller hangs up.
        public var hangs = false
        /// Hangs up without a word.
        public var drops = false

        public init(_ status: Int, headers: [(name: String, value: String)] = [], _ body: String = "") {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    public let port: Int
    private let listener: Int32
    private let log: Log

    private final class Log: Sendable {
        let requests = Mutex<[Request]>([])
    }

    public var requests: [Request] { log.requests.withLock { $0 } }

    /// - Parameters:
    ///   - port: of a server that was here before; one of `FreePort` when left out. Never one that the system chooses:
    ///     it gives the port of a server that is gone to the next one that asks, and senders meet the wrong server.
    ///   - answer: called for every request, on the server's thread.
    public init(port: Int? = nil, _ answer: @escaping @Sendable (Request) -> Answer) throws {
        let port = port ?? FreePort.next()
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        FreePort.share(listener)
        let isBound = FreePort.withLoopback(port) { bind(listener, $0, $1) == 0 && listen(listener, 64) == 0 }
        guard isBound else {
            let code = POSIXErrorCode(rawValue: errno) ?? .EADDRNOTAVAIL
            close(listener)
            throw POSIXError(code)
        }
        (self.listener, self.port) = (listener, port)
        let log = Log()
        self.log = log
        Thread.detachNewThread {
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0, errno == EINTR || errno == ECONNABORTED { continue }
                guard connection >= 0 else { break }
                Self.serve(connection, log, answer)
                close(connection)
            }
            // Here and nowhere else: a number closed under `accept` may be another server's by then.
            close(listener)
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    private static func serve(_ connection: Int32, _ log: Log, _ answer: (Request) -> Answer) {
        guard let request = read(connection) else { return }
        log.requests.withLock { $0.append(request) }
        let answer = answer(request)
        if answer.drops { return }
        let body = answer.bytes ?? Array(answer.body.utf8)
        let length = body.count + (answer.hangs ? 100 : 0)
        var text = "HTTP/1.1 \(answer.status) Status\r\nConnection: close\r\nContent-Length: \(length)\r\n"
        for header in answer.headers { text += "\(header.name): \(header.value)\r\n" }
        let bytes = Array((text + "\r\n").utf8) + body
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(connection, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { return }
            sent += count
        }
        var rest: UInt8 = 0
        while answer.hangs, recv(connection, &rest, 1, 0) > 0 {}
    }

    private static func read(_ connection: Int32) -> Request? {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16 << 10)
        var head: (Request, start: Int, length: Int)?
        while true {
            if head == nil { head = parse(bytes) }
            if let (request, start, length) = head, bytes.count >= start + length {
                var request = request
                request.body = Array(bytes[start..<start + length])
                return request
            }
            let count = recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
        }
    }

    private static func parse(_ bytes: [UInt8]) -> (Request, start: Int, length: Int)? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        var lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard !lines.isEmpty else { return nil }
        let words = lines.removeFirst().split(separator: " ")
        guard words.count == 3 else { return nil }
        let headers = lines.map { line in
            let sides = line.split(separator: ":", maxSplits: 1)
            return (name: sides[0].lowercased(), value: sides.count > 1 ? String(sides[1].drop { $0 == " " }) : "")
        }
        let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
        let request = Request(method: String(words[0]), target: String(words[1]), headers: headers, body: [])
        return (request, end.upperBound, length)
    }
}
