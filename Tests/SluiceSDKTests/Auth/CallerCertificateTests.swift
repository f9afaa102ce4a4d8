import SluiceSDK
import SluiceTesting
import Testing

@Suite struct CallerCertificateTests {
    private static let fingerprint = String(repeating: "3f", count: 32)
    private static let peer = PeerCertificate(
        subject: [.init("O", "省平台"), .init("OU", "a"), .init("OU", "b"), .init("CN", "platform")],
        names: ["sender.example.org", "10.1.2.3"], fingerprint: fingerprint)

    /// What the caller hears; nil when it is let in.
    private func answer(_ literal: ConfigLiteral, _ peer: PeerCertificate? = peer) throws -> PushRefusal? {
        let auth = try IncomingAuth(Config(literal.value))
        do throws(PushRefusal) {
            try auth.check(PushRequest(method: "POST", path: "/", body: [], peer: peer, now: 0))
            return nil
        } catch {
            return error
        }
    }

    @Test func everyWordThatIsWrittenMustFit() throws {
        let colons = stride(from: 0, to: 64, by: 2).map { _ in "3F" }.joined(separator: ":")
        #expect(try answer(["type": "mtls"])?.status == nil)
        #expect(try answer(["type": "mtls", "fingerprint": .text(colons)])?.status == nil)
        #expect(try answer(["type": "mtls", "subject": ["OU": "b", "CN": "platform"]])?.status == nil)
        #expect(try answer(["type": "mtls", "name": ["x", "10.1.2.3"]])?.status == nil)
        #expect(try answer(["type": "mtls", "name": "sender.example.org", "subject": ["CN": "x"]])?.status == 401)
        #expect(try answer(["type": "mtls", "subject": ["CN": "PLATFORM"]])?.status == 401)
        #expect(try answer(["type": "mtls", "subject": ["O": "platform"]])?.status == 401)
    }

    @Test func aCallerWithoutACertificateIsRefusedWithTheReasonForOps() throws {
        let refusal = try #require(try answer(["type": "mtls"], nil))
        #expect(refusal.status == 401 && refusal.reason == "not authenticated")
        #expect(refusal.detail?.contains("tls.client_ca") == true)
    }

    @Test func theFingerprintOfAStrangerIsToldToOpsAlone() throws {
        let refusal = try #require(
            try answer(["type": "mtls", "fingerprint": .text(String(repeating: "00", count: 32))]))
        #expect(refusal.detail?.contains(Self.fingerprint) == true)
        #expect(!refusal.reason.contains(Self.fingerprint))
    }

    @Test(arguments: ["3f3f", "", "zz", "sha256"])
    func aFingerprintOfAnotherLengthIsRefused(text: String) {
        let issue = #expect(throws: ConfigIssue.self) {
            try IncomingAuth(Config((["type": "mtls", "fingerprint": .text(text)] as ConfigLiteral).value))
        }
        #expect(issue?.rule == "auth.fingerprint")
    }
}
