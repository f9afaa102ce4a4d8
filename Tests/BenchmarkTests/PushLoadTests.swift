import Synchronization
import Testing

@testable import sluice_bench

/// Whoever sends a load knows how it was answered.
@Suite struct PushLoadTests {
    /// Answers requests by their paths; nil hangs up.
    private func server(_ answer: @escaping @Sendable (String) -> String?) throws -> Listener {
        let listener = try Listener()
        listener.start { socket in
            while let request = try socket.message() {
                let path = request.head.split(separator: " ").dropFirst().first.map(String.init) ?? ""
                guard let status = answer(path) else { return }
                try socket.write(Array("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n".utf8))
            }
        }
        return listener
    }

    private func request(_ path: String) -> [UInt8] { Push.request([], path: path, .ndjson) }

    @Test func whatIsNotAnsweredWithSuccessIsRefused() throws {
        let server = try server { $0 == "/3" ? "503 Service Unavailable" : "200 OK" }
        let load = PushLoad(.init(connections: 2))
        let sent = Mutex<Set<Int>>([])
        try load.run(
            port: server.port, request: { $0 < 10 ? request("/\($0)") : nil },
            sending: { index, _ in sent.withLock { _ = $0.insert(index) } })
        #expect(load.answers == [200: 9, 503: 1])
        #expect(load.refused == 1)
        #expect(sent.withLock { $0 } == Set(0..<10))
    }

    @Test func aConnectionThatBreaksIsAnErrorAndWhatWasAnsweredBeforeCounts() throws {
        let server = try server { $0 == "/2" ? nil : "200 OK" }
        let load = PushLoad(.init(connections: 1))
        #expect(throws: SocketError.self) {
            try load.run(port: server.port, request: { $0 < 10 ? request("/\($0)") : nil })
        }
        #expect(load.answers == [200: 2])
    }
}
