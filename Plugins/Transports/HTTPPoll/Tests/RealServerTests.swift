import SluiceSDK
import SluiceTesting
import Testing

@testable import HTTPPollTransport

/// nginx with mutual TLS as the upstream, tinyproxy between.
@Suite(.serialized) struct RealServerTests {
    private let theirs: TestCertificates
    private let ours: TestCertificates

    init() throws {
        theirs = try TestCertificates(name: "The platform's authority")
        ours = try TestCertificates(name: "The authority of callers")
    }

    private func nginx() async throws -> Nginx {
        let nginx = try await Nginx(try theirs.server(), clientAuthority: ours.authority)
        try writeFile(Array(PollBench.page([1, 2]).body.utf8), nginx.files + "/orders")
        return nginx
    }

    private func transport(_ url: String, _ more: [(String, ConfigLiteral)]) throws -> HTTPPollTransport {
        let base: [(String, ConfigLiteral)] = [
            ("url", .text(url)), ("retry", ["attempts": 2, "backoff": "1ms..20ms"]), ("timeout", "20s"),
        ]
        let entries = (base + more).map { ConfigEntry(key: $0.0, value: $0.1.value) }
        return try HTTPPollTransport(
            Config(ConfigLiteral(ConfigValue(.map(entries))), spec: HTTPPollTransport.spec.config),
            context: ChannelContext(channelID: "hotline-a"))
    }

    private func known(by pair: TestCertificates.Pair, trusting authority: String) -> [(String, ConfigLiteral)] {
        [
            ("ca", .text(authority)),
            ("auth", ["type": "mtls", "certificate": .text(pair.certificate), "key": .text(pair.key)]),
        ]
    }

    private func failure(_ transport: HTTPPollTransport) async -> PluginError? {
        await #expect(throws: PluginError.self) { _ = try await transport.take() }
    }

    @Test func aPageIsFetchedOverMutualTLS() async throws {
        let nginx = try await nginx()
        let client = try ours.client("/O=Sluice/CN=gateway")
        let transport = try transport(nginx.url + "/orders", known(by: client, trusting: theirs.authority))
        #expect(try await transport.take().numbers == [1, 2])
        #expect(try await nginx.accesses(1) == ["200 GET /orders CN=gateway,O=Sluice"])
    }

    @Test func aServerOfAnotherAuthorityIsNotTrusted() async throws {
        let nginx = try await nginx()
        let client = try ours.client()
        for authority in [ours.authority, "/nowhere.pem"] {
            let error = await failure(try transport(nginx.url + "/orders", known(by: client, trusting: authority)))
            #expect(error?.code == "http-poll.tls", "\(error?.reason ?? "")")
        }
        #expect(nginx.accesses.isEmpty)
    }

    @Test func aServerThatIsCalledOtherwiseIsNotTrusted() async throws {
        let nginx = try await Nginx(try theirs.server(["platform.example.org"]))
        let error = await failure(try transport(nginx.url + "/orders", [("ca", .text(theirs.authority))]))
        #expect(error?.code == "http-poll.tls")
        #expect(error?.reason.contains("localhost") == true, "\(error?.reason ?? "")")
    }

    @Test func anExpiredServerIsNotTrusted() async throws {
        let nginx = try await Nginx(try theirs.server(days: -1))
        let error = await failure(try transport(nginx.url + "/orders", [("ca", .text(theirs.authority))]))
        #expect(error?.code == "http-poll.tls")
        #expect(error?.reason.contains("expired") == true, "\(error?.reason ?? "")")
    }

    @Test func withoutACertificateOrWithAnothersTheSourceDenies() async throws {
        let nginx = try await nginx()
        let none = await failure(try transport(nginx.url + "/orders", [("ca", .text(theirs.authority))]))
        #expect(none?.reason.contains("No required SSL certificate was sent") == true, "\(none?.description ?? "")")
        let stranger = try theirs.client("/CN=stranger")
        let wrong = await failure(
            try transport(nginx.url + "/orders", known(by: stranger, trusting: theirs.authority)))
        #expect(wrong?.reason.contains("SSL certificate error") == true, "\(wrong?.description ?? "")")
        #expect(!nginx.accesses.contains { $0.hasPrefix("200") })
    }

    @Test func ourOwnCertificateThatCannotBeReadIsSaid() async throws {
        let nginx = try await nginx()
        let client = try ours.client()
        var (nowhere, mixed) = (client, client)
        nowhere.certificate = "/nowhere.pem"
        mixed.key = try ours.client().key
        for pair in [nowhere, mixed] {
            let error = await failure(
                try transport(nginx.url + "/orders", known(by: pair, trusting: theirs.authority)))
            #expect(error?.code == "http-poll.tls", "\(error?.description ?? "")")
        }
        #expect(nginx.accesses.isEmpty)
    }

    @Test func packedAnswersOfARealServerAreUnpacked() async throws {
        let nginx = try await Nginx(
            nil, clientAuthority: nil, ["gzip on;", "gzip_types application/json;", "gzip_min_length 1;"])
        try writeFile(Array(PollBench.page(1...500).body.utf8), nginx.files + "/orders")
        #expect(try await transport(nginx.url + "/orders", []).take().numbers == Array(1...500))
    }

    @Test func aChannelHasItsOwnProxy() async throws {
        let nginx = try await nginx()
        let proxy = try await TinyProxy()
        let client = try ours.client("/CN=gateway")
        let route = known(by: client, trusting: theirs.authority) + [("proxy", .text(proxy.url))]
        #expect(try await transport(nginx.url + "/orders", route).take().numbers == [1, 2])
        #expect(proxy.log.contains("CONNECT localhost:\(nginx.port)"), "\(proxy.log)")
        #expect(try await nginx.accesses(1) == ["200 GET /orders CN=gateway"])
        let direct = try transport(nginx.url + "/orders", known(by: client, trusting: theirs.authority))
        #expect(try await direct.take().numbers == [1, 2])
        #expect(proxy.log.split(separator: "CONNECT localhost").count == 2, "another channel's requests do not pass it")
    }

    @Test func plainHTTPPassesTheProxyToo() async throws {
        let nginx = try await Nginx()
        try writeFile(Array(PollBench.page([3]).body.utf8), nginx.files + "/orders")
        let proxy = try await TinyProxy()
        #expect(try await transport(nginx.url + "/orders", [("proxy", .text(proxy.url))]).take().numbers == [3])
        #expect(proxy.log.contains("GET http://localhost:\(nginx.port)/orders"), "\(proxy.log)")
    }

    @Test func aProxyThatRefusesOrIsNotThereIsSaid() async throws {
        let nginx = try await Nginx(try theirs.server())
        try writeFile(Array("{}".utf8), nginx.files + "/orders")
        let trusted: (String, ConfigLiteral) = ("ca", .text(theirs.authority))
        let proxy = try await TinyProxy(["ConnectPort 443"])
        let refused = await failure(
            try transport(nginx.url + "/orders", [trusted, ("proxy", .text(proxy.url))]))
        #expect(refused?.reason.contains("403") == true, "\(refused?.description ?? "")")
        proxy.server.stop()
        let gone = await failure(try transport(nginx.url + "/orders", [trusted, ("proxy", .text(proxy.url))]))
        #expect(gone?.code == "http-poll.refused", "\(gone?.description ?? "")")
        #expect(nginx.accesses.isEmpty)
    }

    @Test func theListOfAddressesSpeaksOfTheProxy() async throws {
        let nginx = try await Nginx()
        try writeFile(Array(PollBench.page([3]).body.utf8), nginx.files + "/orders")
        let proxy = try await TinyProxy()
        let error = await failure(
            try transport(nginx.url + "/orders", [("proxy", .text(proxy.url)), ("allow", ["10.0.0.0/8"])]))
        #expect(error?.code == "http-poll.address-not-allowed")
        #expect(nginx.accesses.isEmpty)
    }
}
