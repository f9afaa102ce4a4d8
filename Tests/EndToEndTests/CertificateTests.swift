import CurlKit
import Foundation
import Logging
import SluiceSDK
import SluiceStore
import SluiceTLS
import SluiceTesting
import Testing

@testable import sluice

/// Listeners with TLS of their own: what `check` says of the files, and a renewal while the gateway runs.
@Suite struct CertificateTests {
    private func push(_ gateway: Gateway, trusting authority: TestCertificates) async throws -> Int {
        var request = CurlRequest(
            "POST", "https://localhost:\(gateway.port)/channels/test", headers: [("X-Key", "test-key")],
            body: Array(Gateway.records(1...1).utf8))
        request.tls = CurlTLS(authorities: authority.authority)
        return try await CurlClient().perform(request).status
    }

    private func serve(_ pair: TestCertificates.Pair, _ gateway: Gateway) throws {
        try gateway.write("tls/server.pem", String(decoding: try readFile(pair.certificate), as: UTF8.self))
        try gateway.write("tls/server.key", String(decoding: try readFile(pair.key), as: UTF8.self))
    }

    private func external(_ gateway: Gateway, _ tls: String) throws {
        try gateway.write(
            "external.yaml", Gateway.external(gateway.port, signals: gateway.signalsPort) + "\ntls: \(tls)\n")
    }

    @Test func aCertificateIsRenewedByAReloadAndABadOneRefused() async throws {
        let (first, second) = (try TestCertificates(), try TestCertificates(name: "Next authority"))
        let gateway = try await Gateway()
        try external(gateway, "{ certificate: tls/server.pem, key: tls/server.key }")
        try serve(try first.server(), gateway)
        try await gateway.start()
        #expect(try await push(gateway, trusting: first) == 200)
        let idle = try await gateway.sluice(["reload"])
        #expect(idle.output == "nothing has changed\n", "\(idle)")

        try serve(try second.server(), gateway)
        let renewed = try await gateway.sluice(["reload"])
        #expect(renewed.status == 0)
        #expect(renewed.output.hasPrefix("listener's certificate changed: served until "), "\(renewed)")
        #expect(try await push(gateway, trusting: second) == 200)

        try serve(try first.server(days: -1), gateway)
        let refused = try await gateway.sluice(["reload"])
        #expect(refused.status == 1)
        #expect(refused.output.contains("listener's certificate refused: [tls.expired]"), "\(refused)")
        #expect(try await push(gateway, trusting: second) == 200)
        #expect(await gateway.stop() == 0)
    }

    @Test func checkNamesTheFileThatIsToBlame() async throws {
        let authority = try TestCertificates()
        let gateway = try await Gateway()
        try external(gateway, "{ certificate: tls/server.pem, key: tls/server.key }")
        func check() async throws -> String { try await gateway.sluice(["check"]).output }

        #expect(try await check().contains("external.yaml:8:21 error [zone.tls] "))
        let pair = try authority.server()
        try serve(pair, gateway)
        #expect(try await check().contains("0 errors, 0 warnings"))
        try gateway.write(
            "tls/server.key", String(decoding: try readFile(try authority.server().key), as: UTF8.self))
        let mismatch = try await check()
        #expect(mismatch.contains("external.yaml:8:42 error [zone.tls] "), "\(mismatch)")
        #expect(mismatch.contains("is not the key of"))
        try serve(try authority.server(days: -1), gateway)
        let expired = try await check()
        #expect(expired.contains("external.yaml:8:21 error [zone.tls] ") && expired.contains("has expired on"))
        try serve(try authority.server(days: 5), gateway)
        let soon = try await check()
        #expect(soon.contains("external.yaml:8:21 warning [zone.tls] ") && soon.contains("0 errors, 1 warnings"))
    }

    @Test func aChannelKnownByItsCertificateNeedsAListenerThatAsksForOne() async throws {
        let authority = try TestCertificates()
        let gateway = try await Gateway()
        try serve(try authority.server(), gateway)
        let channel = Gateway.channel("automatic").replacingOccurrences(
            of: "{ type: api-key, header: X-Key, key: \"${env:TEST_KEY}\" }", with: "{ type: mtls, subject: { CN: a } }"
        )
        try gateway.write("hotlines/hotline-test.yaml", channel)
        try external(gateway, "{ certificate: tls/server.pem, key: tls/server.key }")
        let without = try await gateway.sluice(["check"])
        #expect(without.output.contains("error [channel.certificate] the listener asks no caller"), "\(without)")
        try gateway.write("tls/ca.pem", String(decoding: try readFile(authority.authority), as: UTF8.self))
        try external(gateway, "{ certificate: tls/server.pem, key: tls/server.key, client_ca: tls/ca.pem }")
        #expect(try await gateway.sluice(["check"]).output.contains("0 errors, 0 warnings"))
    }

    @Test func aGatewayDoesNotStartWithoutItsKey() async throws {
        let authority = try TestCertificates()
        let gateway = try await Gateway()
        try external(gateway, "{ certificate: tls/server.pem, key: tls/other.key }")
        try serve(try authority.server(), gateway)
        let result = try await gateway.sluice(["external"])
        #expect(result.status == 1)
        #expect(result.errors.contains("external.yaml:8:42 error [zone.tls] "), "\(result)")
        #expect(result.errors.contains("tls/other.key cannot be read"))
    }

    @Test func aBadNewCertificateIsAnAlert() throws {
        let authority = try TestCertificates()
        let pair = try authority.server()
        let tls = try ListenerTLS(
            TLSFiles(certificate: pair.certificate, key: pair.key),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        #expect(AlertConditions.listener(tls).isEmpty)
        try remove(pair.key)
        tls.reload()
        let alert = AlertConditions.listener(tls)
        #expect(alert.map(\.kind) == ["listener.certificate"])
        #expect(alert.first?.reason.contains("the certificate before it serves on") == true)
    }
}
