@testable import SluiceBoundary
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct SealingKeyTests {
    @Test func theKeyIsMadeOnceIsTheOwnersAloneAndItsCertificateReachesTheOutside() throws {
        let bench = try SealingBench()
        let again = try KeyFiles.prepareSealing(bench.place)
        #expect(!again.isNew && again.written.isEmpty)
        #expect(names(in: bench.place.folder) == [again.fingerprint + ".key"])
        #expect(try mode(of: bench.place.folder) == 0o700)
        #expect(try mode(of: bench.place.folder + "/\(again.fingerprint).key") == 0o600)
        #expect(try bench.sealer().fingerprint == again.fingerprint)
        #expect(try bench.opener().fingerprints == [again.fingerprint])
    }

    @Test func afterARotationTheNewKeyIsSealedToAndBothOpen() throws {
        let bench = try SealingBench()
        let (sealer, opener) = (try bench.sealer(), try bench.opener())
        let before = SealingBench.item(try sealer.session(.personal, tickets: 1).seal(Self.ticket), of: Self.ticket)
        let rotated = try KeyFiles.prepareSealing(bench.place, isRotation: true)
        #expect(rotated.isNew && rotated.written.count == 2)
        // Neither side was started again.
        let after = SealingBench.item(try sealer.session(.personal, tickets: 1).seal(Self.ticket), of: Self.ticket)
        #expect(sealer.fingerprint == rotated.fingerprint)
        #expect(try after.sealed?.checkForm() != before.sealed?.checkForm())
        #expect(try opener.open(before) == Self.ticket)
        #expect(try opener.open(after) == Self.ticket)
        #expect(opener.fingerprints.count == 2)
    }

    @Test func aCertificateThatCannotBeReadLeavesTheLastGoodOne() throws {
        let bench = try SealingBench()
        let sealer = try bench.sealer()
        let fingerprint = sealer.fingerprint
        try writeFile(Array("half a certif".utf8), bench.folder("external/keys/sealing.crt"))
        #expect(sealer.fingerprint == fingerprint)
        #expect(sealer.problem?.contains("key.format") == true)
        let item = SealingBench.item(try sealer.session(.personal, tickets: 1).seal(Self.ticket), of: Self.ticket)
        #expect(try bench.opener().open(item) == Self.ticket)
        #expect { try TicketSealer(certificateAt: bench.folder("nowhere.crt")) } throws: {
            ($0 as? KeyError)?.code == "key.sealing-missing"
        }
    }

    @Test func aPrivateKeyThatOthersCanReadIsRefused() throws {
        let bench = try SealingBench()
        let key = try #require(names(in: bench.place.folder).first)
        try setMode(0o640, of: bench.place.folder + "/" + key)
        #expect { try bench.opener() } throws: { ($0 as? KeyError)?.code == "key.readable" }
    }

    @Test func aCertificateThatIsNotTheKeysIsNotReplacedSilently() throws {
        let (bench, other) = (try SealingBench(), try SealingBench())
        try writeFile(
            try readFile(other.place.certificate), bench.folder("external/keys/sealing.crt"))
        #expect { try KeyFiles.prepareSealing(bench.place) } throws: { ($0 as? KeyError)?.code == "key.differs" }
        let rotated = try KeyFiles.prepareSealing(bench.place, isRotation: true)
        #expect(try bench.sealer().fingerprint == rotated.fingerprint)
    }

    @Test func aPrivateKeyDoesNotPrintItself() throws {
        let key = try SealingKey.generate()
        #expect("\(key)" == "<redacted>" && String(reflecting: key) == "<redacted>")
    }

    private static let ticket = SealingBench.ticket()
}
