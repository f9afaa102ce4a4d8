import SluiceSDK
import Testing

@Suite struct TextHygieneTests {
    @Test(arguments: ["", "plain", "two\nlines\tand a tab", "中文，标点。", "é ü 😀 한국어 ゔ", "𠀀"])
    func textInOrderPassesAndStaysAsItIs(_ text: String) {
        #expect(TextHygiene.firstViolation(in: text) == nil)
        let cleaned = TextHygiene.clean(text)
        #expect(cleaned.text == text)
        #expect(!cleaned.stripped)
    }

    @Test(arguments: [
        ("a\u{0}b", "text.control", 1), ("\u{1B}[31m", "text.control", 0), ("ab\r\n", "text.control", 2),
        ("x\u{7F}", "text.control", 1), ("x\u{85}", "text.control", 1), ("中\u{202E}文", "text.bidirectional", 1),
        ("\u{2066}", "text.bidirectional", 0), ("\u{200F}", "text.bidirectional", 0),
        ("\u{61C}", "text.bidirectional", 0), ("e\u{301}", "text.not-nfc", 0), ("\u{212B}", "text.not-nfc", 0),
        ("\u{F900}", "text.not-nfc", 0),
    ])
    func whatIsNoTextIsNamed(_ text: String, _ code: String, _ offset: Int) {
        let found = TextHygiene.firstViolation(in: text)
        #expect(found?.code == code)
        #expect(found?.offset == offset)
    }

    /// Swift takes no noncharacter in a literal.
    @Test(arguments: [0xFFFF, 0xFFFE, 0xFDD0, 0xFDEF, 0x1FFFE, 0x10FFFF] as [UInt32])
    func aNoncharacterIsNamed(_ value: UInt32) throws {
        let text = "a" + String(try #require(Unicode.Scalar(value)))
        #expect(TextHygiene.firstViolation(in: text)?.code == "text.noncharacter")
        #expect(TextHygiene.firstViolation(in: text)?.offset == 1)
    }

    @Test func everyControlBidirectionalAndNoncharacterIsStripped() {
        for value in [0...0x3000, 0xFD00...0xFFFF, 0x1FFF0...0x20010, 0x10FFF0...0x10FFFF].joined() {
            guard let scalar = Unicode.Scalar(value), TextHygiene.firstViolation(in: String(scalar))?.kind != nil,
                TextHygiene.firstViolation(in: String(scalar))?.kind != .notNFC, scalar != "\r"
            else { continue }
            let cleaned = TextHygiene.clean("a\(scalar)b")
            #expect(Array(cleaned.text.utf8) == Array("ab".utf8))
            #expect(cleaned.stripped)
        }
    }

    @Test func lineBreaksBecomeNewlinesAndAreNotNoted() {
        let cleaned = TextHygiene.clean("a\r\nb\rc\n\r\rd")
        #expect(Array(cleaned.text.unicodeScalars) == Array("a\nb\nc\n\n\nd".unicodeScalars))
        #expect(!cleaned.stripped)
    }

    @Test func surroundingWhiteSpaceGoes() {
        #expect(TextHygiene.clean("\n\t\t\t您好\u{3000}\u{A0} ").text == "您好")
        #expect(TextHygiene.clean(" \u{0}\n ").text == "")
    }

    @Test func textIsComposed() {
        let cleaned = TextHygiene.clean("e\u{301}")
        #expect(Array(cleaned.text.unicodeScalars) == ["\u{E9}"])
        #expect(!cleaned.stripped)
    }

    @Test func whatWasCleanedHasNoViolation() {
        for text in ["\u{202A}e\u{301}\r", "\u{1}ﬁ\u{F900}", "a\u{0}\u{301}"] {
            #expect(TextHygiene.firstViolation(in: TextHygiene.clean(text).text) == nil)
        }
    }
}
