import SluiceConfig
import SluiceExternal
import SluiceSDK
import Testing
import XMLFormat

/// `decode: xml`, and the mapping over records of XML.
struct MappingXMLTests {
    private typealias Fixture = MappingFixture

    private static let packed =
        "\n<?xml version=\"1.0\" encoding=\"GB2312\"?><o:order xmlns:o=\"urn:o\"><no>0012</no><who k='v'>张三</who><l><i>a</i><i>b</i></l></o:order>"

    @Test(arguments: [
        ("order/no", "0012"), ("/order/who", "张三"), ("//who/@k", "v"), ("string(//l)", "ab"), ("count(//i)", "2"),
        ("//i[2]", "b"), ("//nothing", nil),
    ])
    func aPackedDocumentIsReadByXPath(_ path: String, _ expected: String?) throws {
        #expect(try Fixture.title("{ from: v, decode: xml, at: \"\(path)\" }", .text(Self.packed)) == expected)
    }

    @Test func withoutAPathTheRootsTextIsTheValue() throws {
        #expect(try Fixture.title("{ from: v, decode: xml }", .text("<a>x &amp; y</a>")) == "x & y")
        #expect(
            try Fixture.fault("title: { from: v, decode: xml }", ["v": .text(Self.packed)])?.code == "map.structure")
    }

    @Test func decodingsBeforeItAreUndoneFirst() throws {
        let base64 = Base64.encode(Array(Self.packed.utf8))
        #expect(try Fixture.title("{ from: v, decode: [base64, xml], at: //no }", .text(base64)) == "0012")
        let escaped = TemplateEscape.xml.apply(Self.packed)
        #expect(try Fixture.title("{ from: v, decode: [html-entities, xml], at: //no }", .text(escaped)) == "0012")
    }

    @Test(arguments: [
        ("plain", "xml.empty"), ("<a>", "xml.truncated"), ("<!DOCTYPE a><a/>", "xml.doctype"),
        ("<a>&x;</a>", "xml.entity"),
        ("<a><b:c/></a>", "xml.prefix"),
        (String(repeating: "<a>", count: 65) + String(repeating: "</a>", count: 65), "xml.depth"),
    ])
    func whatIsNoXMLIsAFaultOfTheField(_ value: String, _ code: String) throws {
        let fault = try Fixture.fault("title: { from: v, decode: xml, at: //a }", ["v": .text(value)])
        #expect(fault?.description == "[map.decode] field title (v): the value is not XML (\(code))")
    }

    @Test func aWildPathIsAFaultOfTheField() throws {
        let wide = "<a>" + String(repeating: "<a><a/></a>", count: 2_000) + "</a>"
        let fault = try Fixture.fault(
            "title: { from: v, decode: xml, at: \"count(//*[count(//*) > 1])\" }", ["v": .text(wide)])
        #expect(fault?.code == "xpath.limit")
        #expect(fault?.field == "title")
    }

    @Test func fieldsShareWhatOneOfThemUnpacked() throws {
        let mapped = try Fixture.map(
            """
            title: { from: v, decode: xml, at: //no }
            requester.name: { from: v, decode: xml, at: //who }
            service_name: { from: v, decode: xml, at: //none, default: keine }
            """, ["v": .text(Self.packed)])
        #expect(mapped.ticket[.title] == .string("0012"))
        #expect(mapped.ticket[.requesterName] == .string("张三"))
        #expect(mapped.ticket[.serviceName] == .string("keine"))
    }

    @Test func aSectionOverXMLFillsTheTicket() throws {
        let format = try XMLFormat(
            Config(try YAMLFile.parse("type: xml\nrecords: //order", file: "a.yaml")))
        let section = """
            external_id: "@no"
            request_type: { from: kind/@code, lookup: { "2": complaint } }
            description: { from: content, clean: html }
            requested_datetime: { from: time, date: "yyyy-MM-dd HH:mm:ss" }
            location.address: { join: [place/city, place/street] }
            category_path: { split: type, by: ">" }
            attachments: { each: files/file, name: "@name", media_url: . }
            attributes: { each: "ext/*", code: name(.), value: . }
            service_code: { from: packed, decode: xml, at: /s/code }
            """
        let mapping = try Mapping(
            compiling: try YAMLFile.parse(section, file: "a.yaml").entries ?? [], format: format, zone: .shanghai)
        let document = """
            <orders><order no="A-1"><kind code="2"/><content><![CDATA[<p>停运</p>]]></content><time>2026-01-05 09:30:00</time>
            <place><city>枣庄市</city><street>光明路</street></place><type>住建 &gt; 电梯</type>
            <files><file name="a.jpg">http://x/a.jpg</file></files><ext><floor>3</floor><unit/></ext>
            <packed>&lt;s&gt;&lt;code&gt;0012&lt;/code&gt;&lt;/s&gt;</packed></order></orders>
            """
        var tickets: [IntakeTicket] = []
        try format.decode(RawMessage(bytes: Array(document.utf8)), limits: ChannelLimits()) { decoded in
            if case .record(let record) = decoded { tickets.append(try mapping.map(record).ticket) }
        }
        let ticket = try #require(tickets.first)
        #expect(ticket[.externalID] == .string("A-1"))
        #expect(ticket[.requestType] == .string("complaint"))
        #expect(ticket[.description] == .string("停运"))
        #expect(ticket[.locationAddress] == .string("枣庄市光明路"))
        #expect(ticket[.categoryPath] == .strings(["住建", "电梯"]))
        #expect(ticket[.attachments] == .attachments([TicketAttachment(name: "a.jpg", mediaURL: "http://x/a.jpg")]))
        #expect(ticket[.attributes] == .attributes([TicketAttribute(code: "floor", value: "3")]))
        #expect(ticket[.serviceCode] == .string("0012"))
    }
}
