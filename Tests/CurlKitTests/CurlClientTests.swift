import CurlKit
import Foundation
import Hummingbird
import ServerKit
import SluiceSDK
import Testing

@Suite struct CurlClientTests {
    @Test func answersComeBackWithStatusHeadersAndBody() async throws {
        let response = try await TestServer.run { port in
            try await CurlClient().perform(CurlRequest("GET", "http://127.0.0.1:\(port)/hello"))
        }
        #expect(response.status == 200)
        #expect(response.text == "hello")
        #expect(response.header("content-length") == "5")
    }

    @Test func bodyAndHeadersArriveAsGivenAndNothingIsAdded() async throws {
        let body = [UInt8](0...255)
        let response = try await TestServer.run { port in
            try await CurlClient().perform(
                CurlRequest("POST", "http://127.0.0.1:\(port)/echo", headers: [("X-One", "1 / 2")], body: body))
        }
        #expect(response.body == body)
        #expect(response.header("seen-x-one") == "1 / 2")
        #expect(response.header("seen-content-type") == "none")
        #expect(response.header("seen-expect") == "none")
        #expect(response.header("seen-user-agent") == "sluice")
    }

    @Test func emptyPostIsSentAsEmptyPost() async throws {
        let response = try await TestServer.run { port in
            try await CurlClient().perform(CurlRequest("POST", "http://127.0.0.1:\(port)/echo"))
        }
        #expect(response.status == 200)
        #expect(response.body.isEmpty)
    }

    @Test(arguments: [204, 404, 500]) func everyStatusIsAnAnswer(status: Int) async throws {
        let response = try await TestServer.run { port in
            try await CurlClient().perform(CurlRequest("GET", "http://127.0.0.1:\(port)/status/\(status)"))
        }
        #expect(response.status == status)
    }

    @Test func redirectsAreNotFollowed() async throws {
        let response = try await TestServer.run { port in
            try await CurlClient().perform(CurlRequest("GET", "http://127.0.0.1:\(port)/moved"))
        }
        #expect(response.status == 302)
        #expect(response.header("location") == "/hello")
    }

    @Test func closedPortIsRefused() async throws {
        let error = await #expect(throws: CurlError.self) {
            try await CurlClient().perform(CurlRequest("GET", "http://127.0.0.1:\(FreePort.next())/"))
        }
        #expect(error?.code == "curl.refused")
        #expect(error?.isTransient == true)
        #expect(error?.isBeforeConnection == true)
    }

    @Test func silentServerTimesOut() async throws {
        let error = try await TestServer.run { port in
            await #expect(throws: CurlError.self) {
                try await CurlClient().perform(
                    CurlRequest("GET", "http://127.0.0.1:\(port)/slow", timeout: .milliseconds(100)))
            }
        }
        #expect(error?.code == "curl.timeout")
    }

    @Test func unknownHostIsADNSError() async throws {
        let error = await #expect(throws: CurlError.self) {
            try await CurlClient().perform(CurlRequest("GET", "http://no-such-host.invalid/"))
        }
        #expect(error?.code == "curl.dns")
    }

    @Test func plainServerIsNoTLSServer() async throws {
        let error = try await TestServer.run { port in
            await #expect(throws: CurlError.self) {
                // The server's answer to a handshake ends it; on a busy machine that comes late.
                try await CurlClient().perform(
                    CurlRequest(
                        "GET", "https://127.0.0.1:\(port)/hello", timeout: .seconds(300), connectTimeout: .seconds(300))
                )
            }
        }
        #expect(error?.code == "curl.tls")
    }

    @Test func answerOverTheLimitIsRefusedAndAtTheLimitTaken() async throws {
        let (response, error) = try await TestServer.run { port in
            let url = "http://127.0.0.1:\(port)/big"
            let error = await #expect(throws: CurlError.self) {
                try await CurlClient().perform(CurlRequest("GET", url, maxResponseBytes: 3 << 20 - 1))
            }
            return (try await CurlClient().perform(CurlRequest("GET", url, maxResponseBytes: 3 << 20)), error)
        }
        #expect(error?.code == "curl.too-large")
        #expect(response.body.count == 3 << 20)
    }

    @Test(arguments: [
        "file:///etc/hostname", "ftp://127.0.0.1/", "http://", "http://127.0.0.1/a b", "http://a/\r\nX: y",
    ])
    func otherProtocolsAndBrokenURLsAreRefused(url: String) async throws {
        let error = await #expect(throws: CurlError.self) { try await CurlClient().perform(CurlRequest("GET", url)) }
        #expect(error?.code == "curl.url")
    }

    @Test func headersCannotBeBrokenOutOf() async throws {
        for header in [("X-A", "1\r\nX-B: 2"), ("X A", "1"), ("X-A\r\n", "1"), ("", "1"), ("X-A", "a\u{0}b")] {
            let error = await #expect(throws: CurlError.self) {
                try await CurlClient().perform(CurlRequest("GET", "http://127.0.0.1:1/", headers: [header]))
            }
            #expect(error?.code == "curl.request")
        }
    }

    @Test func cancellingTheTaskEndsTheRequest() async throws {
        try await TestServer.run { port in
            let client = CurlClient()
            let task = Task { try await client.perform(CurlRequest("GET", "http://127.0.0.1:\(port)/slow")) }
            try await Task.sleep(for: .milliseconds(50))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            let next = try await client.perform(CurlRequest("GET", "http://127.0.0.1:\(port)/hello"))
            #expect(next.status == 200)
        }
    }

    @Test func cancelledBeforeItBeganIsNotSent() async throws {
        let client = CurlClient()
        let task = Task {
            try await Task.sleep(for: .seconds(60))
        }
        task.cancel()
        let request = Task { () async throws -> CurlResponse in
            _ = try? await task.value
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.perform(CurlRequest("GET", "http://127.0.0.1:\(FreePort.next())/"))
        }
        await #expect(throws: CancellationError.self) { try await request.value }
    }

    @Test func twoHundredAtOnceAllComeBack() async throws {
        let answers = try await TestServer.run { port in
            let client = CurlClient(connectionsPerHost: 16)
            return try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for number in 0..<200 {
                    group.addTask {
                        let body = Array("body \(number)".utf8)
                        let url = "http://127.0.0.1:\(port)/echo"
                        return (number, try await client.perform(CurlRequest("POST", url, body: body)).text)
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
            }
        }
        #expect(answers.count == 200)
        #expect(answers.allSatisfy { $0.value == "body \($0.key)" })
    }

    @Test func socketFileStandsForHostAndPort() async throws {
        let path = NSTemporaryDirectory() + "curlkit-\(UUID().uuidString.prefix(8)).sock"
        defer { unlink(path) }
        let response = try await TestServer.run(address: .unixDomainSocket(path: path)) { _ in
            try await CurlClient().perform(
                CurlRequest("GET", "http://control/hello", allowed: [], unixSocketPath: path))
        }
        #expect(response.text == "hello")
    }
}
