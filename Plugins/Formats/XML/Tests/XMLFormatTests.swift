import SluiceSDK
import SluiceTesting
import Testing
import XMLFormat

@Suite struct XMLFormatTests {
    private func format(_ config: ConfigLiteral) throws -> XMLFormat {
        try XMLFormat(Config(config, spec: XMLFormat.spec.config))
    }

    private func format(_ records: String, _ namespaces: ConfigLiteral? = nil) throws -> XMLFormat {
        guard let namespaces else { return try format(["records": .text(records)]) }
        return try format(["records": .text(records), "namespaces": namespaces])
    }

    private static let orders = """
        <?xml version="1.0"?>
        <!-- 工单 -->
        <orders>
          <order id="1"><title>井盖</title><time>09:30</time></order>
          <order id="2"><title><![CDATA[路灯 <坏>]]></title><time/></order>
        </orders>
        """

    @Test func recordsAreElementsAndSelectorsStartFromThem() throws {
        let run = try FormatRun(
            format("/orders/order"), Self.orders,
            selecting: ["@id", "title", "time", "none", "concat(@id, '-', title)"])
        #expect(run.failure == nil)
        #expect(
            run.rows == [
                [.text("1"), .text("井盖"), .text("09:30"), .missing, .text("1-井盖")],
                [.text("2"), .text("路灯 <坏>"), .text(""), .missing, .text("2-路灯 <坏>")],
            ])
        #expect(run.texts[0] == #"<order id="1"><title>井盖</title><time>09:30</time></order>"#)
    }

    @Test(arguments: [
        ("/orders/order", 2), ("orders/order", 2), ("//order", 2), ("/*/order", 2), ("/orders//title", 2),
        ("//time", 2),
        ("/*", 1), ("/orders", 1), ("//order[@id='2']", 1), ("//order[title][not(@id='2')]", 1), ("//nothing", 0),
    ])
    func pathsFindRecords(_ path: String, _ count: Int) throws {
        let run = try FormatRun(format(path), Self.orders)
        #expect(run.failure == nil)
        #expect(run.faults.isEmpty)
        #expect(run.rows.count == count)
    }

    @Test func withoutAPathTheDocumentIsTheRecord() throws {
        let run = try FormatRun(format([:]), "<o><no>7</no></o>", selecting: ["no", "/o/no", "name(.)"])
        #expect(run.rows == [[.text("7"), .text("7"), .text("o")]])
    }

    @Test func aRecordInARecordBelongsToTheOuterOne() throws {
        let run = try FormatRun(format("//a"), "<r><a n='1'><a n='2'/></a><a n='3'/></r>", selecting: ["@n", "a/@n"])
        #expect(run.rows == [[.text("1"), .text("2")], [.text("3"), .missing]])
    }

    @Test func anEmptyListIsNoFaultAndAMissingOneIs() throws {
        #expect(try FormatRun(format("/orders/order"), "<orders/>").failure == nil)
        #expect(try FormatRun(format("/a/orders/order"), "<a><orders></orders></a>").failure == nil)
        #expect(try FormatRun(format("/orders/order"), "<html><body/></html>").failure?.code == "xml.no-records")
        #expect(try FormatRun(format("/a/orders/order"), "<a><list/></a>").failure?.selector == "/a/orders/order")
    }

    @Test func valuesAreMapped() throws {
        let record = """
            <r xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><a>1</a><a>2</a><b><c>x</c></b><d xsi:nil="true"/><e k=""/>
            <f>one<!-- not seen --> two</f></r>
            """
        let run = try FormatRun(
            format([:]), record,
            selecting: [
                "a", "b", "d", "e/@k", "count(a)", "sum(a) div 4", "boolean(b)", "number(b)", "f", "string(b)", "a[2]",
                "b/c/text()", "normalize-space(' x  y ')", "//c", "a | e/@k",
            ])
        #expect(
            run.rows == [
                [
                    .list([.text("1"), .text("2")]), .structure("<b><c>x</c></b>"), .null, .text(""), .number("2"),
                    .number("0.75"), .boolean(true), .missing, .text("one two"), .text("x"), .text("2"), .text("x"),
                    .text("x y"), .text("x"), .list([.text("1"), .text("2"), .text("")]),
                ]
            ])
    }

    @Test func partsKnowTheRecordTheyStandIn() throws {
        let format = try format("//o")
        let each = try format.selector("files/file")
        let inside = try ["@name", "url", "../../no", ".", "size"].map { try format.selector($0) }
        let attributes = try format.selector("@*")
        let text =
            "<l><o k='v' m='w'><no>7</no><files><file name='a'><url>/a</url></file><file name='b'>x</file></files></o></l>"
        var rows: [[SelectedValue]] = []
        var names: [SelectedValue] = []
        try format.decode(RawMessage(bytes: Array(text.utf8)), limits: ChannelLimits()) { decoded in
            guard case .record(let record) = decoded else { return }
            for part in try record.children(each) { rows.append(try inside.map { try part.select($0) }) }
            for part in try record.children(attributes) {
                names.append(try part.select(try format.selector("concat(name(.), '=', .)")))
            }
        }
        #expect(
            rows == [
                [.text("a"), .text("/a"), .text("7"), .structure("<file name=\"a\"><url>/a</url></file>"), .missing],
                [.text("b"), .missing, .text("7"), .text("x"), .missing],
            ])
        #expect(names == [.text("k=v"), .text("m=w")])
    }

    // MARK: Namespaces

    private static let soap = """
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:x="urn:other">
        <s:Body><getResponse xmlns="urn:orders"><row x:id="7"><no>1</no></row><row><x:no>2</x:no></row></getResponse></s:Body>
        </s:Envelope>
        """

    @Test func withoutAMapNamespacesDoNotCount() throws {
        let run = try FormatRun(
            format("/Envelope/Body/getResponse/row"), Self.soap, selecting: ["no", "@id", "//no[.='1']"])
        #expect(run.failure == nil)
        #expect(run.rows == [[.text("1"), .text("7"), .text("1")], [.text("2"), .missing, .missing]])
    }

    @Test func withAMapNamesAreThoseOfXPath() throws {
        let map: ConfigLiteral = [
            "e": "http://schemas.xmlsoap.org/soap/envelope/", "o": "urn:orders", "y": "urn:other",
        ]
        let run = try FormatRun(
            format("/e:Envelope/e:Body/*/o:row", map), Self.soap,
            selecting: ["o:no", "no", "y:no", "@y:id", "count(o:no)"])
        #expect(
            run.rows == [
                [.text("1"), .missing, .missing, .text("7"), .number("1")],
                [.missing, .missing, .text("2"), .missing, .number("0")],
            ])
        #expect(
            try FormatRun(format("/e:Envelope/e:Body/getResponse/row", map), Self.soap).failure?.code
                == "xml.no-records")
    }

    @Test func aRecordByItselfKeepsTheNamespacesAroundIt() throws {
        let map: ConfigLiteral = ["o": "urn:orders", "y": "urn:other"]
        let format = try format("//o:row", map)
        let selectors = ["o:no", "y:no", "@y:id"]
        let run = try FormatRun(format, Self.soap, selecting: selectors)
        #expect(
            run.texts[0]
                == "<row xmlns=\"urn:orders\" xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" "
                + "xmlns:x=\"urn:other\" x:id=\"7\"><no>1</no></row>")
        let compiled = try selectors.map { try format.selector($0) }
        for (row, text) in zip(run.rows, run.texts) {
            var again: [SelectedValue] = []
            try format.decodeRecord(Array(text.utf8), of: RawMessage(bytes: []), limits: ChannelLimits()) { decoded in
                if case .record(let record) = decoded {
                    again = try compiled.map { try record.select($0) }
                    #expect(record.bytes() == Array(text.utf8))
                }
            }
            #expect(again == row)
        }
    }

    // MARK: Charsets

    @Test(arguments: [
        ("GB2312", "gb18030"), ("gbk", "gb18030"), ("GB18030", "gb18030"), ("big5", "big5"), ("utf-8", "utf-8"),
        ("UTF-16", "utf-16le"), ("utf-16", "utf-8"), ("ISO-8859-1", "iso-8859-1"),
    ])
    func declarationsAreRead(_ declared: String, _ really: String) throws {
        let content = really == "iso-8859-1" ? "café" : really == "gb18030" ? "王镕㐀" : "編號"
        let text = "<?xml version='1.0' encoding='\(declared)'?><o><t>\(content)</t></o>"
        let run = try FormatRun(format([:]), try #require(Charset(really)).encode(text), selecting: ["t"])
        #expect(run.rows == [[.text(content)]])
        #expect(run.texts == ["<o><t>\(content)</t></o>"])
    }

    @Test func theConfigurationOverridesTheDeclaration() throws {
        let bytes = try #require(Charset("gb18030")).encode("<?xml version='1.0' encoding='utf-8'?><o><t>好</t></o>")
        #expect(try FormatRun(format(["charset": "gb18030"]), bytes, selecting: ["t"]).rows == [[.text("好")]])
        let wrong = try FormatRun(format([:]), bytes, selecting: ["t"])
        #expect(wrong.codes == ["charset.invalid"])
        #expect(wrong.faults[0].reason == "line 1: the record holds bytes that are no text")
    }

    @Test func aDeclarationThatTheBytesDenyIsNotBelieved() throws {
        let text = "<?xml version='1.0' encoding='GB2312'?><o><t>市民反映路灯不亮</t></o>"
        #expect(try FormatRun(format([:]), text, selecting: ["t"]).rows == [[.text("市民反映路灯不亮")]])
    }

    @Test func theContentTypeSpeaksWhereTheDocumentDoesNot() throws {
        let format = try format([:])
        let title = try format.selector("t")
        let bytes = try #require(Charset("gbk")).encode("<o><t>好</t></o>")
        var found: SelectedValue?
        let message = RawMessage(bytes: bytes, contentType: "text/xml; charset=\"GBK\"")
        try format.decode(message, limits: ChannelLimits()) { decoded in
            if case .record(let record) = decoded { found = try record.select(title) }
        }
        #expect(found == .text("好"))
    }

    @Test func anUnknownCharsetRefusesTheMessage() throws {
        #expect(
            try FormatRun(format([:]), "<?xml version='1.0' encoding='klingon'?><o/>").failure?.code == "xml.charset")
    }

    // MARK: Packed documents

    private static let inner =
        "\n<?xml version=\"1.0\" encoding=\"GB2312\"?>\n<rows><row><no>1</no><t>甲 &amp; 乙</t></row><row><no>2</no><t/></row></rows>"

    private func packed(_ content: String) -> String {
        "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><r><return>\(content)</return></r></e:Body></e:Envelope>"
    }

    @Test func documentsPackedInCDATAOrEscapedAreUnpacked() throws {
        let format = try format(["unpack": "/Envelope/Body/r/return", "records": "/rows/row"])
        for content in ["<![CDATA[\(Self.inner)]]>", TemplateEscape.xml.apply(Self.inner), "&#60;rows/&#x3E;", " ", ""]
        {
            let run = try FormatRun(format, packed(content), selecting: ["no", "t"])
            #expect(run.failure == nil)
            let isFull = content.contains("甲")
            #expect(run.rows == (isFull ? [[.text("1"), .text("甲 & 乙")], [.text("2"), .text("")]] : []))
        }
        let wholly = try #require(Charset("gb18030")).encode(
            "<?xml version='1.0' encoding='gb2312'?>" + packed("<![CDATA[\(Self.inner)]]>"))
        #expect(try FormatRun(format, wholly, selecting: ["t"]).rows.first == [.text("甲 & 乙")])
    }

    @Test func documentsArePackedTwice() throws {
        let once = "<result><data><![CDATA[\(Self.inner)]]></data></result>"
        let format = try format(["unpack": ["//return", "/result/data"], "records": "//row"])
        let run = try FormatRun(format, packed(TemplateEscape.xml.apply(once)), selecting: ["no"])
        #expect(run.rows == [[.text("1")], [.text("2")]])
    }

    @Test(arguments: [
        ("<b/>", "xml.unpack"), ("&nbsp;", "xml.entity"), ("<![CDATA[<rows>]]>", "xml.truncated"),
        ("plain", "xml.empty"), ("<![CDATA[<!DOCTYPE a><rows/>]]>", "xml.doctype"),
        ("<![CDATA[<other/>]]>", "xml.no-records"),
    ])
    func whatIsNotPackedWellIsRefused(_ content: String, _ code: String) throws {
        let format = try format(["unpack": "//return", "records": "/rows/row"])
        #expect(try FormatRun(format, packed(content)).failure?.code == code)
    }

    @Test func aMissingPackageIsNamed() throws {
        let format = try format(["unpack": "/Envelope/Body/other/return", "records": "//row"])
        let failure = try FormatRun(format, packed("")).failure
        #expect(failure?.code == "xml.unpack")
        #expect(failure?.selector == "/Envelope/Body/other/return")
    }

    // MARK: SOAP faults

    @Test(arguments: [
        """
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Server</faultcode>
        <faultstring>会话已过期</faultstring></s:Fault></s:Body></s:Envelope>
        """,
        """
        <Envelope xmlns="http://www.w3.org/2003/05/soap-envelope"><Body><Fault><Code><Value>s:Server</Value></Code>
        <Reason><Text xml:lang="zh">会话已过期</Text></Reason></Fault></Body></Envelope>
        """,
    ])
    func aSOAPFaultIsNoEmptyAnswer(_ answer: String) throws {
        for config: ConfigLiteral in [["records": "//row"], ["records": "//row", "unpack": "//return"], [:]] {
            let failure = try FormatRun(format(config), answer).failure
            #expect(failure?.code == "xml.soap-fault")
            #expect(failure?.reason == "the service answers with a SOAP fault s:Server: 会话已过期")
        }
        #expect(SOAPFault(in: Array(answer.utf8)) != nil)
    }

    @Test func anElementCalledFaultIsNoSOAPFault() throws {
        let text = "<Envelope><Body><Fault><no>1</no></Fault></Body></Envelope>"
        #expect(try FormatRun(format("/Envelope/Body/Fault"), text, selecting: ["no"]).rows == [[.text("1")]])
        #expect(SOAPFault(in: Array(text.utf8)) == nil)
    }

    // MARK: Mistakes in the configuration

    @Test(arguments: [
        ("/orders/order/@id", "xml.path"), ("/orders/order[1]", "xml.path"), ("/orders[@a]/order", "xml.path"),
        ("/a/order[position()=2]", "xml.path"), ("count(//order)", "xml.path"), ("/orders/", "xml.path"),
        ("", "xml.path"), ("/s:Envelope", "xpath.prefix"), ("//a[s:b]", "xpath.prefix"), ("//a[", "xml.path"),
        ("//a[b c]", "xpath.syntax"),
    ])
    func pathsThatMeanNothingAreRefused(_ path: String, _ rule: String) {
        do {
            _ = try format(path)
            Issue.record("\(path) is taken")
        } catch {
            #expect((error as? ConfigIssue)?.rule == rule)
        }
    }

    @Test(arguments: [
        ("a/", "xpath.syntax"), ("a b", "xpath.syntax"), ("", "xpath.syntax"), ("$x", "xpath.syntax"),
        ("s:a", "xpath.prefix"), ("@s:a", "xpath.prefix"), ("'open", "xpath.syntax"), ("foo(a)", "xpath.function"),
        ("strng(a)", "xpath.function"), ("document('/etc/passwd')", "xpath.function"), ("id('a')", "xpath.function"),
        ("a[", "xpath.syntax"), ("unknown::a", "xpath.syntax"),
    ])
    func selectorsThatMeanNothingAreRefused(_ text: String, _ code: String) throws {
        let format = try format([:])
        do {
            _ = try format.selector(text)
            Issue.record("\(text) is taken")
        } catch let error as SelectorError {
            #expect(error.code == code)
        }
    }

    @Test(arguments: [
        "ancestor-or-self::*", "(a) and (b)", "a [ 'x:y' ]", "text()", "comment()", "@*", "*", "child::a",
        "not(a) or b",
        "a div 2", "substring-before(a, '：')", "工单/编号",
    ])
    func selectorsThatMeanSomethingAreTaken(_ text: String) throws {
        _ = try format([:]).selector(text)
    }

    @Test func anUnknownPrefixIsExplained() throws {
        #expect(
            throws: SelectorError(
                "xpath.prefix", "the prefix 'soa' stands for no namespace; did you mean 'soap'?", offset: 0)
        ) { try format("//a", ["soap": "urn:s"]).selector("soa:b") }
        #expect(throws: ConfigIssue.self) { try format("//a", ["1a": "urn:s"]) }
    }
}
