import CurlKit
import Foundation
import Synchronization
import Testing

/// Requests of protocols that say goodbye, cancelled while the other side keeps silent.
@Suite struct CutShortTests {
    @Test(.timeLimit(.minutes(1))) func aLetterThatIsCancelledInItsMiddleIsNotEndedAsIfItWereWhole() async throws {
        let server = try SilentMailServer()
        let client = CurlClient()
        let letter = Array(String(repeating: "第一行，第二行。\r\n", count: 1_000_000).utf8)
        let sending = Task { try await client.perform(Self.letter(letter, to: server.port)) }
        try await eventually { server.state.withLock { $0.bytes } > 0 }
        sending.cancel()
        await #expect(throws: CancellationError.self) { try await sending.value }
        server.goOn()
        try await eventually { server.state.withLock { $0.isOver } }
        let (bytes, tail) = server.state.withLock { ($0.bytes, $0.tail) }
        #expect(bytes < letter.count, "the test wants half a letter")
        #expect(!tail.contains("\r\n.\r\n"), "half a letter was ended with its dot")
    }

    @Test(.timeLimit(.minutes(1))) func aSilentServerDoesNotHoldUpAnyOther() async throws {
        let server = try SilentMailServer()
        let client = CurlClient()
        // All of it lies in the server's hands, and only its answer is missing.
        let small = Array("Subject: a\r\n\r\nb\r\n".utf8)
        let sending = Task { try await client.perform(Self.letter(small, to: server.port)) }
        try await eventually { server.state.withLock { $0.bytes } > 0 }
        let other = try SilentMailServer(isSilent: false)
        let answer = try await client.perform(Self.letter(small, to: other.port))
        #expect(answer.status == 250)
        #expect(!server.state.withLock { $0.isOver }, "the first still waits")
        sending.cancel()
        server.goOn()
    }

    private static func letter(_ bytes: [UInt8], to port: Int) -> CurlRequest {
        var request = CurlRequest("GET", "smtp://127.0.0.1:\(port)/city.example", body: bytes, timeout: .seconds(600))
        request.mail = CurlMail(requiresTLS: false, sender: "a@city.example", recipients: ["b@example.org"])
        return request
    }

    private func eventually(_ isTrue: () -> Bool) async throws {
        for _ in 0..<6_000 where !isTrue() { try await Task.sleep(for: .milliseconds(10)) }
        #expect(isTrue())
    }
}
