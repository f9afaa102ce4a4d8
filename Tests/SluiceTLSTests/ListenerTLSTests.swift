import Logging
import SluiceSDK
import SluiceTLS
import SluiceTesting
import Synchronization
import Testing

@Suite struct ListenerTLSTests {
    private let folder = TemporaryFolder()
    private let certificates: TestCertificates
    private var files: TLSFiles { TLSFiles(certificate: folder("server.pem"), key: folder("server.key")) }

    init() throws {
        certificates = try TestCertificates()
        try serve(try certificates.server())
    }

    /// Puts a certificate and its key where the listener looks.
    private func serve(_ pair: TestCertificates.Pair) throws {
        try writeFile(try readFile(pair.certificate), files.certificate)
        try writeFile(try readFile(pair.key), files.key)
    }

    private func listener(_ now: @escaping @Sendable () -> Timestamp = { .now() }) throws -> ListenerTLS {
        try ListenerTLS(files, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, clock: now)
    }

    private func fault(_ files: TLSFiles) -> TLSFault? {
        do throws(TLSFault) {
            try files.check(now: .now())
            return nil
        } catch {
            return error
        }
    }

    @Test func aGoodPairHasNoFault() throws {
        #expect(fault(files) == nil)
        let days = (try files.check(now: .now()).seconds - Timestamp.now().seconds) / 86_400
        #expect((29...30).contains(days))
    }

    @Test func aFileThatIsNotThereIsNamed() throws {
        #expect(fault(TLSFiles(certificate: "/nowhere.pem", key: files.key))?.reason == "/nowhere.pem cannot be read")
        let key = fault(TLSFiles(certificate: files.certificate, key: "/nowhere.key"))
        #expect(key?.code == "tls.unreadable")
        #expect(key?.part == .key)
        let authorities = fault(
            TLSFiles(certificate: files.certificate, key: files.key, clientAuthorities: "/nowhere"))
        #expect(authorities?.part == .clientAuthorities)
    }

    @Test func anotherCertificatesKeyIsAMismatch() throws {
        let other = try certificates.server()
        let found = fault(TLSFiles(certificate: files.certificate, key: other.key))
        #expect(found?.code == "tls.mismatch")
        #expect(found?.part == .key)
    }

    @Test func textThatIsNoCertificateOrKeyIsNamed() throws {
        try writeFile(Array("hello".utf8), folder("text"))
        #expect(fault(TLSFiles(certificate: folder("text"), key: files.key))?.code == "tls.certificate")
        #expect(fault(TLSFiles(certificate: files.certificate, key: folder("text")))?.code == "tls.key")
        let trusting = TLSFiles(certificate: files.certificate, key: files.key, clientAuthorities: folder("text"))
        #expect(fault(trusting)?.code == "tls.authority")
    }

    @Test func aKeyWithAPassPhraseIsRefusedAndAsksNobody() throws {
        let locked = folder("locked.key")
        let child = try ChildProcess(
            "/usr/bin/openssl", ["ec", "-in", files.key, "-aes256", "-passout", "pass:x", "-out", locked],
            environment: [:])
        #expect(child.wait() == .exited(0))
        #expect(fault(TLSFiles(certificate: files.certificate, key: locked))?.code == "tls.key")
    }

    @Test func anExpiredCertificateIsAFaultAndIsServedAllTheSame() throws {
        try serve(try certificates.server(days: -1))
        #expect(fault(files)?.code == "tls.expired")
        let trouble = try listener().trouble
        #expect(trouble?.contains("has expired on") == true)
    }

    @Test func aCertificateThatHasNotBegunIsAFault() throws {
        #expect(throws: TLSFault.self) { try files.check(now: Timestamp.now().adding(.seconds(-86_400))) }
    }

    @Test func twoWeeksBeforeTheEndThereIsTrouble() throws {
        let now = Mutex(Timestamp.now())
        let listener = try listener { now.withLock { $0 } }
        #expect(listener.trouble == nil)
        now.withLock { $0 = $0.adding(.seconds(17 * 86_400)) }
        #expect(listener.trouble?.contains("expires on") == true)
    }

    @Test func anUnchangedFileIsNotReadAgain() throws {
        #expect(try listener().reload() == .unchanged)
    }

    @Test func aRenewedCertificateIsTaken() throws {
        let listener = try listener()
        try serve(try certificates.server(days: 20))
        guard case .renewed(let end) = listener.reload() else {
            Issue.record("not renewed")
            return
        }
        #expect(end < Timestamp.now().adding(.seconds(21 * 86_400)))
        #expect(listener.trouble == nil)
        #expect(listener.reload() == .unchanged)
    }

    @Test(arguments: ["expired", "garbage", "gone", "another's key"])
    func aBadNewCertificateLeavesTheOldOneServing(what: String) throws {
        let listener = try listener()
        switch what {
        case "expired": try serve(try certificates.server(days: -1))
        case "garbage": try writeFile(Array("-----BEGIN CERTIFICATE-----".utf8), files.certificate)
        case "gone": try remove(files.certificate)
        default: try writeFile(try readFile(try certificates.server().key), files.key)
        }
        guard case .refused(let fault) = listener.reload() else {
            Issue.record("not refused")
            return
        }
        #expect(listener.trouble == "\(fault); the certificate before it serves on until \(try end())")
        // Said once, not at every look.
        #expect(listener.reload() == .unchanged)
        try serve(try certificates.server())
        if case .renewed = listener.reload() {} else { Issue.record("not renewed") }
        #expect(listener.trouble == nil)
    }

    /// The last day of the certificates that this test makes, which are all made within a moment.
    private func end() throws -> String {
        let pair = try certificates.server()
        return try TLSFiles(certificate: pair.certificate, key: pair.key).check(now: .now()).day(in: .utc)
    }

    @Test func aLookWaitsUntilTheFilesStayAsTheyAre() throws {
        let listener = try listener()
        let fresh = try certificates.server(days: 5)
        try writeFile(try readFile(fresh.certificate), files.certificate)
        listener.look()
        try writeFile(try readFile(fresh.key), files.key)
        listener.look()
        #expect(listener.trouble == nil, "a certificate without its key would have been refused")
        listener.look()
        #expect(listener.trouble?.contains("expires on") == true, "the new one ends in five days")
    }
}
