import SluiceSDK
import Testing

@Suite struct DigestTests {
    /// FIPS 180-4 examples.
    @Test func sha256FollowsTheStandard() {
        #expect(Hex.encode(SHA256.hash("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(Hex.encode(SHA256.hash("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        var digest = SHA256()
        digest.update("a")
        digest.update(Array("bc".utf8))
        #expect(digest.finalize() == SHA256.hash("abc"))
    }

    @Test func hmacFollowsTheStandard() {
        let message = Array("The quick brown fox jumps over the lazy dog".utf8)
        #expect(
            Hex.encode(hmacSHA256(key: Array("key".utf8), message))
                == "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8")
        #expect(
            Hex.encode(hmacSHA256(key: [], [])) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    /// GB/T 32905-2016, appendix A: both examples. MD5: RFC 1321.
    @Test func sm3AndMD5FollowTheirStandards() throws {
        let sm3 = DigestAlgorithm.sm3
        #expect(
            Hex.encode(try #require(sm3.digest(Array("abc".utf8))))
                == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")
        let long = Array(String(repeating: "abcd", count: 16).utf8)
        #expect(
            Hex.encode(try #require(sm3.digest(long)))
                == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")
        let md5 = try #require(DigestAlgorithm.md5.digest(Array("abc".utf8)))
        #expect(Hex.encode(md5) == "900150983cd24fb0d6963f7d28e17f72")
        #expect(DigestAlgorithm.sha256.digest(long) == SHA256.hash(long))
        #expect(DigestAlgorithm.sha256.hmac(key: [], [1]) == hmacSHA256(key: [], [1]))
    }

    @Test func comparingSaysOnlyWhetherBothAreTheSame() {
        #expect(constantTimeEqual([1, 2], [1, 2]))
        #expect(constantTimeEqual([], []))
        #expect(!constantTimeEqual([1, 2], [1, 3]))
        #expect(!constantTimeEqual([1, 2], [1]))
    }

    /// The values were computed by another program from the rule in ticket ids' documentation.
    @Test func idsFollowFromTheNames() {
        #expect(
            StableID.ticket(jurisdictionID: "370400", channelID: "hotline-12315", externalID: "A-é-1")
                == "vsvaqqk2l2jr2phxlnmwghrpvh")
        #expect(
            StableID.ticket(jurisdictionID: "370400", channelID: "hotline-12315", externalID: "A-e\u{301}-1")
                == "vsvaqqk2l2jr2phxlnmwghrpvh")
        #expect(StableID.reply(ticketID: "t", handlerID: "h", eventID: "e") == "a4c23d7oo6cplv7hdyhtww3p6o")
        #expect(StableID.make(["ab", "c"]) != StableID.make(["a", "bc"]))
    }
}
