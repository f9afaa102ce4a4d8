import CurlKit
import HTTPPushTransport
import Logging
import SluiceExternal
import SluiceSDK
import SluiceTLS
import SluiceTesting
import Testing

/// The push listener with TLS of its own, called by real clients.
@Suite struct EncryptedListenerTests {
    private let authority: TestCertificates
    private let server: TestCertificates.Pair
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        authority = try TestCertificates()
        server = try authority.server()
    }

    private func tls(asking clientAuthorities: String? = nil) throws -> ListenerTLS {
        try ListenerTLS(
            TLSFiles(certificate: server.certificate, key: server.key, clientAuthorities: clientAuthorities),
            logger: logger)
    }

    /// A channel whose caller is known by its certificate.
    private func bench(_ auth: ConfigLiteral = ["type": "mtls"]) throws -> ListenerBench {
        let config = Config(["path": "/channels/a", "auth": auth], spec: HTTPPushTransport.spec.config)
        return ListenerBench(transport: try HTTPPushTransport(config, context: ChannelContext(channelID: "a")))
    }

    /// One request on a connection of its own.
    private func post(_ port: Int, _ client: TestCertificates.Pair? = nil, trusting: String? = nil) async throws
        -> CurlResponse
    {
        var request = CurlRequest("POST", "https://localhost:\(port)/channels/a", body: Array("{}".utf8))
        request.tls = CurlTLS(
            authorities: trusting ?? authority.authority, certificate: client?.certificate, key: client?.key)
        return try await CurlClient().perform(request)
    }

    private func failure(_ port: Int, _ client: TestCertificates.Pair? = nil) async -> String? {
        do {
            _ = try await post(port, client)
            return nil
        } catch {
            return (error as? CurlError)?.code
        }
    }

    @Test func aPushOverTLSIsTaken() async throws {
        let bench = try bench(["type": "none"])
        let response = try await bench.run(tls: try tls()) { port in try await post(port) }
        #expect(response.status == 200)
        #expect(bench.messages.count == 1)
    }

    @Test func plainHTTPIsNotAnsweredThere() async throws {
        let bench = try bench(["type": "none"])
        let error = try await bench.run(tls: try tls()) { port in
            await #expect(throws: CurlError.self) { try await ListenerBench.post(port) }
        }
        #expect(error != nil)
        #expect(bench.messages.isEmpty)
    }

    @Test(arguments: ["1.0", "1.1"])
    func olderVersionsThan1_2AreRefused(version: String) async throws {
        let ends = try await ["1.2", version].asyncMap { version in
            try await bench().run(tls: try tls()) { port in
                try Self.handshake(port, "-tls" + version.replacing(".", with: "_").replacing("1_0", with: "1"))
            }
        }
        #expect(ends == [.exited(0), .exited(1)])
    }

    /// openssl says in its exit status whether the handshake came about.
    private static func handshake(_ port: Int, _ option: String) throws -> ChildProcess.End {
        try ChildProcess(
            "/usr/bin/openssl", ["s_client", "-connect", "127.0.0.1:\(port)", option, "-cipher", "ALL:@SECLEVEL=0"],
            environment: [:]
        ).wait()
    }

    @Test func aCallerIsKnownByItsCertificate() async throws {
        let client = try authority.client(
            "/C=CN/O=省平台/CN=platform", alternatives: ["DNS:sender.example.org", "IP:10.1.2.3"])
        let fingerprint = try TestCertificates.fingerprint(of: client)
        for auth: ConfigLiteral in [
            ["type": "mtls"], ["type": "mtls", "fingerprint": .text(fingerprint.uppercased())],
            ["type": "mtls", "subject": ["CN": "platform", "O": "省平台"]],
            ["type": "mtls", "name": ["other.example.org", "SENDER.example.org"]],
            ["type": "mtls", "name": "10.1.2.3", "subject": ["CN": "platform"], "fingerprint": [.text(fingerprint)]],
        ] {
            let response = try await bench(auth).run(tls: try tls(asking: authority.authority)) { port in
                try await post(port, client)
            }
            #expect(response.status == 200, "\(auth.value)")
        }
    }

    @Test func anotherCallersCertificateIsA401OfItsChannel() async throws {
        let client = try authority.client("/CN=neighbour", alternatives: ["DNS:neighbour.example.org"])
        for auth: ConfigLiteral in [
            ["type": "mtls", "fingerprint": .text(String(repeating: "ab", count: 32))],
            ["type": "mtls", "subject": ["CN": "platform"]], ["type": "mtls", "subject": ["O": "neighbour"]],
            ["type": "mtls", "name": "sender.example.org"],
            ["type": "mtls", "name": "neighbour.example.org", "subject": ["CN": "platform"]],
        ] {
            let bench = try bench(auth)
            let response = try await bench.run(tls: try tls(asking: authority.authority)) { port in
                try await post(port, client)
            }
            #expect(response.status == 401, "\(auth.value)")
            #expect(bench.messages.isEmpty)
            #expect(bench.refused == ["auth.failed"])
        }
    }

    @Test func strangersDoNotGetThroughTheHandshake() async throws {
        let stranger = try TestCertificates(name: "Another authority").client("/CN=platform")
        let expired = try authority.client("/CN=platform", days: -1)
        let ofAServer = try authority.server(["platform"])
        let bench = try bench()
        let codes = try await bench.run(tls: try tls(asking: authority.authority)) { port in
            [
                await failure(port), await failure(port, stranger), await failure(port, expired),
                await failure(port, ofAServer),
            ]
        }
        // In TLS 1.3 a caller hears of it only when it reads its answer.
        #expect(codes.allSatisfy { ["curl.tls", "curl.broken", "curl.failed"].contains($0) }, "\(codes)")
        #expect(bench.messages.isEmpty && bench.refused.isEmpty)
    }

    @Test func withoutAClientAuthorityNobodyIsKnownByACertificate() async throws {
        let client = try authority.client("/CN=platform")
        let response = try await bench().run(tls: try tls()) { port in try await post(port, client) }
        #expect(response.status == 401)
    }

    @Test func aCallerThatComesBackIsStillKnown() async throws {
        // One client resumes its TLS session on the second connection.
        let client = try authority.client("/CN=platform")
        let statuses = try await bench(["type": "mtls", "subject": ["CN": "platform"]]).run(
            tls: try tls(asking: authority.authority)
        ) { port in
            let curl = CurlClient()
            var statuses: [Int] = []
            for _ in 0..<3 {
                var request = CurlRequest(
                    "POST", "https://localhost:\(port)/channels/a", headers: [("Connection", "close")],
                    body: Array("{}".utf8))
                request.tls = CurlTLS(
                    authorities: authority.authority, certificate: client.certificate, key: client.key)
                statuses.append(try await curl.perform(request).status)
            }
            return statuses
        }
        #expect(statuses == [200, 200, 200])
    }

    @Test func aRenewedCertificateServesNewConnectionsAndOpenOnesStay() async throws {
        let next = try TestCertificates(name: "Next authority")
        let tls = try tls()
        let bench = try bench(["type": "none"])
        try await bench.run(tls: tls) { port in
            let curl = CurlClient()
            var request = CurlRequest("POST", "https://localhost:\(port)/channels/a", body: Array("{}".utf8))
            request.tls = CurlTLS(authorities: authority.authority)
            #expect(try await curl.perform(request).status == 200)
            let pair = try next.server()
            try writeFile(try readFile(pair.certificate), server.certificate)
            try writeFile(try readFile(pair.key), server.key)
            guard case .renewed = tls.reload() else {
                Issue.record("not renewed")
                return
            }
            // On the connection that is open; a new one would not be trusted.
            #expect(try await curl.perform(request).status == 200)
            #expect(await failure(port) == "curl.tls")
            #expect(try await post(port, trusting: next.authority).status == 200)
        }
    }

    @Test func handshakesThatHangAreCutAndHoldNobodyUp() async throws {
        var listening = ListenerLimits()
        listening.headerTime = .seconds(3)
        let bench = try bench(["type": "none"])
        let (rests, status) = try await bench.run(listening, tls: try tls()) { port in
            let silent = try RawClient(port: port)
            let half = try RawClient(port: port)
            // The beginning of a ClientHello, and then nothing.
            await half.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00])
            let status = try await post(port).status
            return ([await silent.rest(), await half.rest()], status)
        }
        #expect(status == 200)
        #expect(rests.allSatisfy { !$0.hasPrefix("HTTP") })
    }

    @Test func connectionsOverTheLimitAreClosedBeforeTheHandshake() async throws {
        var listening = ListenerLimits()
        listening.connections = 1
        let bench = try bench(["type": "none"])
        let code = try await bench.run(listening, tls: try tls()) { port in
            // Which of two is counted first is the system's business; only then does the second find the door closed.
            for _ in 0..<100 {
                let first = try RawClient(port: port)
                await first.send([0x16])
                let before = bench.messages.count
                let code = await failure(port)
                withExtendedLifetime(first) {}
                if code != nil { return bench.messages.count == before ? code : nil }
            }
            return nil
        }
        #expect(code != nil)
    }

    @Test func anOpenAddressIsServedWithTLSAlone() async throws {
        let bench = try bench(["type": "none"])
        #expect(throws: ListenError.self) {
            try PushListener(address: "0.0.0.0:0", routes: bench, logger: logger)
        }
        _ = try PushListener(address: "0.0.0.0:0", tls: try tls(), routes: bench, logger: logger)
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows -> [Value] {
        var out: [Value] = []
        for element in self { out.append(try await body(element)) }
        return out
    }
}
