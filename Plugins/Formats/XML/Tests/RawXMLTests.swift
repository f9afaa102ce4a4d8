import SluiceSDK
import SluiceTesting
import Testing
import XMLFormat

/// Documents in GB 18030 and Big5 are read record by record, without being converted first.
@Suite struct RawXMLTests {
    /// One character for each lead byte, whose second byte is `]`.
    private static let brackets: String = {
        let bytes = (UInt8(0x81)...0xFE).flatMap { lead -> [UInt8] in [lead, 0x5D] }
        return String(decoding: Charset("gb18030")?.text(of: bytes).bytes ?? [], as: UTF8.self)
            .filter { $0 != "\u{FFFF}" && $0 != "]" }
    }()

    private func run(_ text: String, _ charset: String, records: String) throws -> FormatRun {
        let bytes = try #require(Charset(charset)).encode(text)
        let format = try XMLFormat(
            Config(["records": .text(records), "charset": .text(charset)], spec: XMLFormat.spec.config))
        return try FormatRun(format, bytes, selecting: [".", "@名", "内容"])
    }

    @Test func everythingIsWhatItIsInUTF8() throws {
        let inside = Self.brackets.map { "\($0)]>\($0)]]" }.joined()
        var text = "<?xml version=\"1.0\" encoding=\"GB2312\"?>\n<!-- \(Self.brackets) -->\n<清单 xmlns:甲=\"urn:甲\">\n"
        for number in 0..<50 {
            text += "<举报 名=\"\(Self.brackets)\"><内容><![CDATA[\(number)\(inside)\(Self.brackets)]]></内容>"
            text += "<甲:乙>\u{20000}\u{3400}</甲:乙></举报>\n"
        }
        text += "</清单>"
        let plain = try run(text, "utf-8", records: "/清单/举报")
        let raw = try run(text, "gb18030", records: "/清单/举报")
        #expect(plain.rows.count == 50 && plain.failure == nil)
        #expect(raw.rows == plain.rows && raw.texts == plain.texts && raw.failure == nil)
    }

    @Test func big5IsReadAsWell() throws {
        // 許, 功 and 蓋 end in `\`, 育 in `|`.
        let bytes = try #require(Charset("big5")).encode("<l><r><t><![CDATA[許功育蓋]]></t></r></l>")
        let format = try XMLFormat(Config(["records": "/l/r", "charset": "big5"], spec: XMLFormat.spec.config))
        #expect(try FormatRun(format, bytes, selecting: ["t"]).rows == [[.text("許功育蓋")]])
    }

    @Test func whatIsWrongIsSaidWithLineAndColumnOfTheText() throws {
        let wrong = "<l>\n<r>路灯不亮<</r></l>"
        let (plain, raw) = (try run(wrong, "utf-8", records: "/l/r"), try run(wrong, "gb18030", records: "/l/r"))
        #expect(plain.failure != nil && raw.failure == plain.failure)
    }

    @Test func theDocumentIsKeptAsItCame() throws {
        let text = "<l>" + String(repeating: "<r>路灯不亮，已报修</r>", count: 2_000) + "</l>"
        let bytes = try #require(Charset("gb18030")).encode(text)
        let outline = try XMLOutline(
            raw: bytes, in: #require(Charset("gb18030")), path: ElementPath("/l/r", .ignored), limits: ChannelLimits())
        // The cuts speak of the message's own bytes: nothing else is there of it.
        #expect(outline.cuts.count == 2_000)
        #expect(outline.cuts.last?.range.upperBound == bytes.count - 4)
        let last = try #require(outline.cuts.last)
        #expect(String(decoding: outline.element(last).bytes, as: UTF8.self) == "<r>路灯不亮，已报修</r>")
    }
}
