@testable import SluiceBoundary
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct KeyTests {
    /// RFC 8032, section 7.1, test 2.
    @Test func signaturesAreThoseOfTheStandard() throws {
        let seed = try #require(Hex.decode("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
        let key = try SigningKey(seed: seed)
        #expect(Hex.encode(key.verifyingKey.raw) == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        let signature = try key.sign([0x72])
        #expect(
            Hex.encode(signature) == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        #expect(key.verifyingKey.isValid(signature, for: [0x72]))
        #expect(!key.verifyingKey.isValid(signature, for: [0x73]))
        #expect(!key.verifyingKey.isValid([], for: [0x72]))
    }

    @Test func missingKeysAreMadeOnceAndReachThePeers() throws {
        let folder = TemporaryFolder()
        let places = ["external", "relay"].map { zone in
            KeyFiles.Place(
                zone: zone, privateKey: folder("\(zone)/keys/\(zone).key"),
                publicKey: folder("\(zone)/keys/\(zone).pub"),
                copies: [folder("\(zone == "relay" ? "external" : "relay")/keys/\(zone).pub")])
        }
        let made = try KeyFiles.prepare(places)
        #expect(made.map(\.isNew) == [true, true])
        #expect(try mode(of: folder("relay/keys/relay.key")) == 0o600)
        #expect(try mode(of: folder("relay/keys")) == 0o700)
        let key = try KeyFiles.signingKey(at: folder("relay/keys/relay.key"))
        #expect(try KeyFiles.verifyingKey(at: folder("external/keys/relay.pub")) == key.verifyingKey)
        let again = try KeyFiles.prepare(places)
        #expect(again.map(\.isNew) == [false, false])
        #expect(again.map(\.written) == [[], []])
        #expect(again.map(\.fingerprint) == made.map(\.fingerprint))
    }

    @Test(arguments: [0o640, 0o604, 0o644])
    func aPrivateKeyThatOthersCanReadIsRefused(mode: Int) throws {
        let folder = TemporaryFolder()
        let place = KeyFiles.Place(zone: "relay", privateKey: folder("relay.key"), publicKey: folder("relay.pub"))
        _ = try KeyFiles.prepare([place])
        try setMode(mode, of: folder("relay.key"))
        #expect { try KeyFiles.signingKey(at: folder("relay.key")) } throws: {
            ($0 as? KeyError)?.code == "key.readable"
        }
    }

    @Test func aPeersKeyThatDiffersIsNotReplaced() throws {
        let folder = TemporaryFolder()
        let place = KeyFiles.Place(
            zone: "relay", privateKey: folder("relay.key"), publicKey: folder("relay.pub"),
            copies: [folder("peer/relay.pub")])
        _ = try KeyFiles.prepare([place])
        try remove(folder("relay.key"))
        #expect { try KeyFiles.prepare([place]) } throws: { ($0 as? KeyError)?.code == "key.differs" }
    }

    @Test(arguments: ["", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", "garbage"])
    func whatIsNoKeyIsRefused(text: String) throws {
        let folder = TemporaryFolder()
        try writeFile(Array(text.utf8), folder("x.key"))
        try setMode(0o600, of: folder("x.key"))
        #expect { try KeyFiles.signingKey(at: folder("x.key")) } throws: { ($0 as? KeyError)?.code == "key.format" }
        #expect { try KeyFiles.signingKey(at: folder("none.key")) } throws: { ($0 as? KeyError)?.code == "key.missing" }
    }

    @Test func aPrivateKeyDoesNotPrintItself() throws {
        let key = try SigningKey(seed: Array(repeating: 7, count: 32))
        var dumped = ""
        dump(key, to: &dumped)
        #expect("\(key)" == "<redacted>")
        #expect(!dumped.contains("7"))
    }
}
