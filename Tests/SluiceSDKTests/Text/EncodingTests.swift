import Foundation
import SluiceSDK
import Testing

@Suite struct EncodingTests {
    private func samples() -> [[UInt8]] {
        (0..<70).map { length in (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37 + length * 101) } } + [
            Array(0...255)
        ]
    }

    @Test func hexadecimalComesBack() {
        for bytes in samples() { #expect(Hex.decode(Hex.encode(bytes)) == bytes) }
        #expect(Hex.encode([0x00, 0xAF, 0xFF]) == "00afff")
        #expect(Hex.decode("00AFff") == [0x00, 0xAF, 0xFF])
        for text in ["0", "0g", "é0", "0x00"] { #expect(Hex.decode(text) == nil) }
    }

    @Test func base64IsWhatFoundationSays() {
        for bytes in samples() {
            #expect(Base64.encode(bytes) == Data(bytes).base64EncodedString())
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        #expect(Base64.decode(" -_8 \n") == [0xFB, 0xFF])
        #expect(Base64.decode("YQ") == [0x61])
        for text in ["Y", "YQ=a", "Y*Q=", "YQ===", "中"] { #expect(Base64.decode(text) == nil) }
    }

    @Test func base64InOneSpellingIsWhatWouldBeWritten() {
        func exactly(_ text: String) -> [UInt8]? { Array(text.utf8).withUnsafeBytes { Base64.decode(exactly: $0) } }
        for bytes in samples() {
            let text = Base64.encode(bytes)
            #expect(exactly(text) == bytes)
            // Whatever one other character makes of it: either it is refused, or it is the spelling of something else.
            for index in text.indices {
                for character in "A/+=-_ \n*é" {
                    var other = text
                    other.replaceSubrange(index...index, with: String(character))
                    if let decoded = exactly(other) { #expect(Base64.encode(decoded) == other) }
                }
            }
        }
        for text in ["Y", "YQ", "YQ=", "YQ==YQ==", "YR==", "YWJ=", "====", "YQ==\n", "-_8="] {
            #expect(exactly(text) == nil, "\(text)")
        }
    }

    /// RFC 4648 §10, in lower case and without padding.
    @Test func base32FollowsTheStandard() {
        #expect(Base32.encode(Array("foobar".utf8)) == "mzxw6ytboi")
        #expect(Base32.encode(Array("f".utf8)) == "my")
        #expect(Base32.encode([]) == "")
    }
}
