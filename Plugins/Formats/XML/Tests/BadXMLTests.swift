import SluiceSDK
import SluiceTesting
import Testing
import XMLFormat

/// What must not be believed, opened or built.
@Suite struct BadXMLTests {
    private func run(
        _ text: String, _ records: String = "//o", selecting: [String] = [], limits: ChannelLimits = ChannelLimits()
    ) throws -> FormatRun {
        let format = try XMLFormat(Config(["records": .text(records)], spec: XMLFormat.spec.config))
        return try FormatRun(format, text, selecting: selecting, limits: limits)
    }

    @Test(arguments: [
        "<!DOCTYPE o><o/>", "<?xml version='1.0'?>\n<!DOCTYPE o SYSTEM 'http://127.0.0.1/x.dtd'><o/>",
        "<!DOCTYPE o [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><o>&x;</o>",
        "<!DOCTYPE o [<!ENTITY % p SYSTEM 'http://127.0.0.1/p'> %p;]><o/>",
        """
        <!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><o>&c;</o>
        """,
        "<!doctype html><o/>", "<!-- x --><!DOCTYPE o><o/>",
    ])
    func noDOCTYPEIsRead(_ text: String) throws {
        let run = try run(text)
        #expect(run.failure?.code == "xml.doctype")
        #expect(run.rows.isEmpty)
    }

    /// Quadratic blow-up needs a declared entity, which needs a DOCTYPE.
    @Test func aLargeEntityUsedOftenIsNeverBuilt() throws {
        let text =
            "<!DOCTYPE o [<!ENTITY a \"\(String(repeating: "x", count: 50_000))\">]><o>"
            + String(repeating: "&a;", count: 50_000) + "</o>"
        #expect(try run(text).failure?.code == "xml.doctype")
    }

    @Test(arguments: ["&nbsp;", "&x;", "a & b", "AT&T", "&#0;", "&#xFFFF;", "&#x110000;", "&", "&;"])
    func noEntitiesBeyondTheFive(_ text: String) throws {
        let run = try run("<l><o>good</o>\n<o>\(text)</o><o>&lt;&#20013;&#x4E2D;</o></l>", selecting: ["."])
        #expect(run.codes == ["xml.entity"])
        #expect(run.faults[0].record == 1)
        #expect(run.faults[0].reason.hasPrefix("line 2: "))
        #expect(run.rows == [[.text("good")], [.text("<中中")]])
    }

    @Test(arguments: [
        ("<o a='1' a='2'/>", "xml.attribute"), ("<o xmlns:x='u' xmlns:y='u' x:a='1' y:a='2'/>", "xml.attribute"),
        ("<o><x:a/></o>", "xml.prefix"), ("<o x:a='1'/>", "xml.prefix"), ("<x:o/>", "xml.prefix"),
        ("<o>\u{0}</o>", "xml.character"), ("<o>\u{1}</o>", "xml.character"), ("<o a='\u{0}'/>", "xml.character"),
        ("<o>\u{FFFF}</o>", "xml.character"), ("<o><1a/></o>", "xml.syntax"), ("<o a=1/>", "xml.syntax"),
        ("<o a/>", "xml.syntax"), ("<o>]]></o>", "xml.syntax"), ("<o><!-- -- --></o>", "xml.syntax"),
        ("<o><?xml version='1.0'?></o>", "xml.syntax"), ("<o a='&x;'/>", "xml.entity"),
    ])
    func whatIsWrongInARecordIsRefusedAlone(_ record: String, _ code: String) throws {
        let run = try run("<l>\n<o>1</o>\(record)<o>2</o></l>", selecting: ["."])
        #expect(run.failure == nil)
        #expect(run.codes == [code])
        #expect(run.faults[0].reason.hasPrefix("line 2"))
        #expect(run.raw == [Array(record.utf8)])
        #expect(run.rows == [[.text("1")], [.text("2")]])
    }

    @Test(arguments: [
        ("<l a='1' a='2'><o/></l>", "xml.attribute"), ("<l><x:y/><o/></l>", "xml.prefix"),
        ("<l>&x;<o/></l>", "xml.entity"), ("<l>\u{0}<o/></l>", "xml.character"), ("<l 1='a'><o/></l>", "xml.syntax"),
        ("<l><o></l></o>", "xml.syntax"), ("<l><o/></k>", "xml.syntax"), ("<l><o/></l><l/>", "xml.syntax"),
        ("<l><o/></l>tail", "xml.syntax"), ("<l><o/></l><![CDATA[x]]>", "xml.syntax"), ("head<l/>", "xml.empty"),
        ("", "xml.empty"), (" \n", "xml.empty"), ("<?xml version='1.0'?>", "xml.empty"), ("{\"a\": 1}", "xml.empty"),
        ("<!-- only -->", "xml.empty"), ("<l><o><b</o></l>", "xml.syntax"), ("<>", "xml.syntax"),
        ("<l><!ELEMENT o ANY><o/></l>", "xml.syntax"), ("</l>", "xml.syntax"), ("<l><o a=\"x></o></l>", "xml.syntax"),
        ("<l><o/></l></l>", "xml.syntax"),
    ])
    func whatIsWrongAroundRecordsRefusesTheMessage(_ text: String, _ code: String) throws {
        let run = try run(text)
        #expect(run.failure?.code == code)
        #expect(run.failure?.record == nil)
        #expect(run.rows.isEmpty)
    }

    @Test func aTruncatedDocumentIsRefusedWholeWhereverItEnds() throws {
        let text = Array("<?xml version='1.0'?><l><o a='1'>x<![CDATA[y]]></o><!-- c --><o/></l>".utf8)
        let format = try XMLFormat(Config(["records": "/l/o"], spec: XMLFormat.spec.config))
        for length in 0..<text.count {
            let run = try FormatRun(format, Array(text[..<length]))
            #expect(run.rows.isEmpty)
            #expect(["xml.truncated", "xml.empty", "xml.syntax"].contains(run.failure?.code))
        }
        #expect(try FormatRun(format, text).rows.count == 2)
    }

    @Test func placesAreNamed() throws {
        #expect(
            try run("<l>\n  <o>\n</l>").failure?.reason
                == "line 3, column 1: an end tag closes another element than the one that is open")
        #expect(
            try run("<l>\n<o/>\n<o>中\n<b>中\u{1}</b></o></l>").faults.first?.reason.hasPrefix("line 4, column ") == true)
        #expect(try run("<l>\n<o>\n\n</o>&x;<o/></l>").failure?.reason.hasPrefix("line 4: ") == true)
    }

    @Test func deepNestingIsRefused() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "<a>", count: depth) + "x" + String(repeating: "</a>", count: depth)
        }
        #expect(try run(nested(64), "/a").rows.count == 1)
        let run = try run("<l><o>1</o><o>\(nested(1_000_000))</o><o>2</o></l>", selecting: ["."])
        #expect(run.codes == ["xml.depth"])
        #expect(run.rows == [[.text("1")], [.text("2")]])
        #expect(try self.run("<l>\(nested(100_000))<o/></l>").failure?.code == "xml.depth")
        #expect(try self.run(String(repeating: "<a>", count: 1_000_000)).failure?.code == "xml.depth")
    }

    /// 100 MB in one element: nothing of it is built.
    @Test func aHugeElementIsRefusedBeforeItIsBuilt() throws {
        let huge = [UInt8](repeating: UInt8(ascii: "x"), count: 100 << 20)
        let bytes = Array("<l><o>1</o><o>".utf8) + huge + Array("</o><o>2</o></l>".utf8)
        let format = try XMLFormat(Config(["records": "//o"], spec: XMLFormat.spec.config))
        let run = try FormatRun(format, bytes, selecting: ["."])
        #expect(run.codes == ["xml.record-size"])
        #expect(run.rows == [[.text("1")], [.text("2")]])
    }

    /// A tree takes thirty times the bytes of empty elements.
    @Test func emptyElementsWithoutEndAreNotBuilt() throws {
        let many = String(repeating: "<a/>", count: 100_000)
        #expect(try run("<l><o>\(many)</o></l>").codes == ["xml.record-size"])
        let text = Charset.utf8.text(of: Array("<l>\(String(repeating: "<a/>", count: 500_001))</l>".utf8))
        #expect(throws: XMLFault.self) { try XMLParser.document(text, maxDepth: 64) }
    }

    /// libxml2 compares each attribute with all others, and every record carries the declarations around it.
    @Test func attributesAndDeclarationsWithoutEndAreRefused() throws {
        func attributes(_ count: Int, _ prefix: String = "a") -> String {
            (0..<count).map { " \(prefix)\($0)='u'" }.joined()
        }
        #expect(try run("<l><o\(attributes(1_000))/></l>").rows.count == 1)
        let record = try run("<l><o>1</o>\n<o\(attributes(1_001))/><o><b\(attributes(20_000))/></o></l>")
        #expect(record.codes == ["xml.attributes", "xml.attributes"])
        #expect(record.faults[0].reason == "line 2: a tag has more than 1000 attributes")
        #expect(try run("<l\(attributes(100_000))><o/></l>").failure?.code == "xml.attributes")
        #expect(try run("<l\(attributes(100, "xmlns:a"))><o/></l>").rows.count == 1)
        #expect(try run("<l\(attributes(101, "xmlns:a"))><o/></l>").failure?.code == "xml.namespaces")
        #expect(
            try run("<l\(attributes(60, "xmlns:a"))><k\(attributes(60, "xmlns:b"))><o/></k></l>").failure?.code
                == "xml.namespaces")
        // Declarations that hold for nothing any more are forgotten.
        let siblings = (0..<500).map { "<k xmlns:a\($0)='u'/>" }.joined()
        #expect(try run("<l>\(siblings)<o/></l>").texts == ["<o/>"])
    }

    @Test func tooManyRecordsRefuseTheMessage() throws {
        var limits = ChannelLimits()
        limits.records = 2
        #expect(try run("<l><o/><o/><o/></l>", limits: limits).failure?.code == "xml.record-count")
        #expect(try run("<l><o/><o/></l>", limits: limits).rows.count == 2)
    }

    @Test func damagedTextIsRefusedByRecord() throws {
        let bytes = Array("<l><o>好</o><o>".utf8) + [0xC4] + Array("</o><o>2</o></l>".utf8)
        let format = try XMLFormat(Config(["records": "//o"], spec: XMLFormat.spec.config))
        let run = try FormatRun(format, bytes, selecting: ["."])
        #expect(run.codes == ["charset.invalid"])
        #expect(run.rows == [[.text("好")], [.text("2")]])
        let around = Array("<l>".utf8) + [0xC4] + Array("<o/></l>".utf8)
        #expect(try FormatRun(format, around).failure?.code == "charset.invalid")
        let converted = try XMLFormat(Config(["records": "//o", "charset": "gb18030"], spec: XMLFormat.spec.config))
        let gbk = try #require(Charset("gb18030")).encode("<l><o>好</o><o>") + [0xFF] + Array("</o></l>".utf8)
        #expect(try FormatRun(converted, gbk).codes == ["charset.invalid"])
    }

    @Test(arguments: ["count(//*[count(//*) > 1])", "//a[count(//a[count(//a) > 0]) > 0]"])
    func anExpressionThatGoesWildEndsItsRecord(_ selector: String) throws {
        let record = "<o>\(String(repeating: "<a><a><a/></a></a>", count: 1_000))</o>"
        let failure = try run("<l>\(record)</l>", selecting: [selector]).failure
        #expect(failure?.code == "xpath.limit")
        #expect(failure?.stage == .map)
        #expect(failure?.selector == selector)
    }

    @Test func anExpressionNestedWithoutEndIsRefused() throws {
        let text = String(repeating: "(", count: 100_000) + "a" + String(repeating: ")", count: 100_000)
        #expect(throws: SelectorError.self) { try run("<o/>", selecting: [text]) }
    }
}
