import SluiceSDK
import Testing

@Suite struct JSONRepairTests {
    private func parse(_ text: String) throws -> JSONElement {
        try JSONDocument.parse(Array(text.utf8)).root
    }

    @Test func aNumberTooLargeBecomesItsDigitsAsText() throws {
        let root = try parse(
            #"{"id": 123456789012345678901234567890, "n": -99999999999999999999, "e": 1e400, "ok": 1.5}"#)
        #expect(root.document.isRepaired)
        #expect(root["id"]?.string == "123456789012345678901234567890")
        #expect(root["n"]?.string == "-99999999999999999999")
        #expect(root["e"]?.string == "1e400")
        #expect(root["ok"]?.numberText == "1.5")
        #expect(!root.isDamaged)
    }

    @Test func aLoneSurrogateDamagesItsRecordAlone() throws {
        let root = try parse(
            #"[{"t":"good"},{"t":"\ud83d"},{"t":"\ude00\ud83d\ude00"},{"t":"\ud83dA"},{"t":"\ud83d\ude00"}]"#)
        #expect((0..<5).map { root[$0]?.isDamaged } == [false, true, true, true, false])
        #expect(root[4]?["t"]?.string == "😀")
        #expect(root[2]?["t"]?.string?.unicodeScalars.map(\.value) == [0xFFFF, 0x1F600])
    }

    @Test func invalidUTF8DamagesItsRecordAlone() throws {
        let bytes =
            Array(#"[{"t":"好"},{"t":""#.utf8) + [0xC4, 0xE3, 0xBA] + Array(#""},{"t":"ok","n":[1,2.5,3]}]"#.utf8)
        let root = try JSONDocument.parse(bytes).root
        #expect((0..<3).map { root[$0]?.isDamaged } == [false, true, false])
        #expect(root[0]?["t"]?.string == "好")
    }

    @Test(
        arguments: [
            [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE4, 0xBD], [0xFF], [0x80],
        ] as [[UInt8]])
    func formsThatAreNoUTF8AreNotTaken(_ bytes: [UInt8]) throws {
        let document = try JSONDocument.parse([0x22] + bytes + [0x22])
        #expect(document.root.isDamaged)
    }

    @Test func invalidUTF8OutsideAStringIsASyntaxFault() {
        #expect(throws: JSONFault("json.syntax", "a value was expected", offset: 1)) {
            try JSONDocument.parse([0x5B, 0xFF, 0x5D])
        }
    }

    @Test func aNoncharacterInASoundDocumentIsNoDamage() throws {
        let root = try parse(#"["\uffff"]"#)
        #expect(!root.document.isRepaired)
        #expect(!root.isDamaged)
    }
}
