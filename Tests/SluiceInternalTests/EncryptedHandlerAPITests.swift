import CurlKit
import Logging
import SluiceSDK
import SluiceTLS
import SluiceTesting
import Testing

@testable import SluiceInternal

/// The handler API with TLS of its own.
@Suite struct EncryptedHandlerAPITests {
    private let authority: TestCertificates
    private let server: TestCertificates.Pair

    init() throws {
        authority = try TestCertificates()
        server = try authority.server()
    }

    private func tls(asking clientAuthorities: String? = nil) throws -> ListenerTLS {
        try ListenerTLS(
            TLSFiles(certificate: server.certificate, key: server.key, clientAuthorities: clientAuthorities),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private static func fetch(
        _ port: Int, trusting authority: String, as client: TestCertificates.Pair? = nil,
        token: String = "token-of-desk"
    ) async throws -> Int {
        var request = CurlRequest(
            "GET", "https://localhost:\(port)/v1/tickets/\(IntakeTicket.id("A-1"))",
            headers: [(name: "Authorization", value: "Bearer \(token)")])
        request.tls = CurlTLS(authorities: authority, certificate: client?.certificate, key: client?.key)
        return try await CurlClient().perform(request).status
    }

    private func serving(_ tls: ListenerTLS, _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let bench = try Bench([.fallback()])
        try await bench.admit([.sample("A-1")])
        try await bench.serving(tls: tls, body)
    }

    @Test func aHandlerFetchesItsTicketOverTLS() async throws {
        try await serving(try tls()) { [authority] port async throws -> Void in
            #expect(try await Self.fetch(port, trusting: authority.authority) == 200)
            #expect(try await Self.fetch(port, trusting: authority.authority, token: "wrong") == 401)
        }
    }

    @Test func whereAHandlersCertificateIsAskedForItsTokenIsNeededToo() async throws {
        let client = try authority.client("/CN=desk")
        let stranger = try TestCertificates(name: "Another authority").client("/CN=desk")
        try await serving(try tls(asking: authority.authority)) { [authority] port async throws -> Void in
            let trusted = authority.authority
            #expect(try await Self.fetch(port, trusting: trusted, as: client) == 200)
            #expect(try await Self.fetch(port, trusting: trusted, as: client, token: "wrong") == 401)
            await #expect(throws: CurlError.self) { try await Self.fetch(port, trusting: trusted) }
            await #expect(throws: CurlError.self) { try await Self.fetch(port, trusting: trusted, as: stranger) }
        }
    }

    @Test func aRenewedCertificateIsServedWithoutARestart() async throws {
        let next = try TestCertificates(name: "Next authority")
        let tls = try tls()
        try await serving(tls) { [authority, server] port async throws -> Void in
            #expect(try await Self.fetch(port, trusting: authority.authority) == 200)
            let pair = try next.server()
            try writeFile(try readFile(pair.certificate), server.certificate)
            try writeFile(try readFile(pair.key), server.key)
            guard case .renewed = tls.reload() else {
                Issue.record("not renewed")
                return
            }
            #expect(try await Self.fetch(port, trusting: next.authority) == 200)
        }
    }
}
