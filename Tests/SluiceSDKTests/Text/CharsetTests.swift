import SluiceSDK
import Testing

@Suite struct CharsetTests {
    private func charset(_ label: String) throws -> Charset { try #require(Charset(label)) }

    @Test(arguments: ["gb18030", "gbk", "gb2312", "big5", "utf-8", "UTF-8", "utf-16le", "iso-8859-1", "shift_jis"])
    func knownLabelsAreTaken(_ label: String) {
        #expect(Charset(label)?.label == label.lowercased())
    }

    @Test(arguments: ["", "gb-nonsense", "utf-8//IGNORE", "gbk//TRANSLIT", "a b", "中文"])
    func unknownLabelsAreNot(_ label: String) {
        #expect(Charset(label) == nil)
    }

    @Test(
        arguments: [
            ("gb18030", [0xC4, 0xE3, 0xBA, 0xC3, 0x81, 0x30, 0x84, 0x36, 0x0A], "你好\u{A5}\n"),
            ("gbk", [0xC4, 0xE3, 0x81, 0x40], "你丂"), ("big5", [0xA7, 0x41, 0xA6, 0x6E], "你好"),
            ("utf-16be", [0x4F, 0x60, 0x59, 0x7D], "你好"), ("iso-8859-1", [0xE9], "é"),
        ] as [(String, [UInt8], String)])
    func bytesAreRead(_ label: String, _ bytes: [UInt8], _ text: String) throws {
        #expect(String(decoding: try charset(label).decode(bytes), as: UTF8.self) == text)
    }

    /// Real senders say gb2312 and use characters that only GB 18030 has.
    @Test(arguments: ["gbk", "gb2312"]) func theOldLabelsAreReadAsTheirSuperset(_ label: String) throws {
        let bytes = try charset("gb18030").encode("\u{A0}镕㐀😀")
        #expect(String(decoding: try charset(label).decode(bytes), as: UTF8.self) == "\u{A0}镕㐀😀")
        #expect(throws: CharsetFault.self) { try charset(label).encode("a😀") }
        #expect(try charset(label).encode("你") == [0xC4, 0xE3])
    }

    @Test(arguments: ["gb18030", "utf-8", "utf-16le", "auto"]) func textComesBack(_ label: String) throws {
        let text = String(repeating: "诉求 complaint 😀\n", count: 20_000)
        let bytes = try charset(label).encode(text)
        #expect(String(decoding: try charset(label).decode(bytes), as: UTF8.self) == text)
    }

    @Test(
        arguments: [
            ("utf-8", [0x61, 0xC4, 0xE3], 1), ("utf-8", [0xEF, 0xBB, 0xBF, 0x61, 0xFF], 4),
            ("gb18030", [0x61, 0x62, 0xC4], 2),
            ("gb18030", [0xC4, 0xE3, 0xFF, 0x61], 2), ("big5", [0x61, 0xFF], 1),
            ("utf-16be", [0x00, 0x61, 0xD8, 0x00], 2),
        ] as [(String, [UInt8], Int)])
    func whatIsNoCharacterIsAFaultWithItsPlace(_ label: String, _ bytes: [UInt8], _ offset: Int) throws {
        let charset = try charset(label)
        do throws(CharsetFault) {
            _ = try charset.decode(bytes)
            Issue.record("\(bytes) was taken")
        } catch {
            #expect(error.code == "charset.invalid")
            #expect(error.offset == offset)
        }
    }

    @Test func damageStaysWhereItIs() throws {
        let text = try charset("gb18030").text(of: [0xC4, 0xE3, 0x0A, 0xFF, 0x61, 0x0A, 0xBA, 0xC3])
        #expect(text.fault?.offset == 3)
        let lines = text.bytes.split(separator: 0x0A)
        #expect(lines.map { text.isText($0.startIndex..<$0.endIndex) } == [true, false, true])
        let utf8 = Charset.utf8.text(of: [0x61, 0x0A, 0xC4, 0x0A, 0x62])
        #expect([0..<1, 2..<3, 4..<5].map(utf8.isText) == [true, false, true])
        #expect(utf8.bytes == [0x61, 0x0A, 0xC4, 0x0A, 0x62])
    }

    @Test(
        arguments: [
            ([0xEF, 0xBB, 0xBF, 0x61], "a"), ([0xFF, 0xFE, 0x61, 0x00], "a"), ([0xFE, 0xFF, 0x4F, 0x60], "你"),
            ([0xE4, 0xBD, 0xA0], "你"), ([0xC4, 0xE3], "你"), ([], ""),
        ] as [([UInt8], String)])
    func autoLooksAtTheBytes(_ bytes: [UInt8], _ text: String) throws {
        #expect(String(decoding: try Charset.auto.decode(bytes), as: UTF8.self) == text)
    }

    @Test func aByteOrderMarkIsNoText() throws {
        let marked = [0xEF, 0xBB, 0xBF] + Array("x".utf8)
        #expect(try Charset.utf8.decode(marked) == Array("x".utf8))
        #expect(try charset("utf-16").decode([0xFE, 0xFF, 0x00, 0x78]) == Array("x".utf8))
        #expect(try charset("utf-16le").decode([0xFF, 0xFE, 0x78, 0x00]) == Array("x".utf8))
    }
}
