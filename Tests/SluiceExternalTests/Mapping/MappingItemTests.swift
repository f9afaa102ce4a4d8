import SluiceConfig
import SluiceExternal
import SluiceSDK
import Testing

struct MappingItemTests {
    private typealias Fixture = MappingFixture

    @Test func attachmentsComeFromEveryNode() throws {
        let files = [
            PlainRecord(["n": .text("a.jpg"), "u": .text("http://x/a.jpg"), "s": .number("12")]),
            PlainRecord(["u": .text("http://x/b.pdf")]),
            PlainRecord([:]),
        ]
        let ticket = try Fixture.map(
            "attachments: { each: files, name: n, media_url: u, size: s }", lists: ["files": files]
        ).ticket
        #expect(
            ticket[.attachments]
                == .attachments([
                    TicketAttachment(name: "a.jpg", size: 12, mediaURL: "http://x/a.jpg"),
                    TicketAttachment(name: "b.pdf", mediaURL: "http://x/b.pdf"),
                ]))
    }

    @Test func attributesComeFromEveryNodeOrOneByOne() throws {
        let pairs = [PlainRecord(["k": .text("楼号"), "v": .text("3")]), PlainRecord(["k": .text("空")])]
        let each = try Fixture.map("attributes: { each: ext, code: k, value: v }", lists: ["ext": pairs]).ticket
        #expect(each[.attributes] == .attributes([TicketAttribute(code: "楼号", value: "3")]))
        let listed = try Fixture.map(
            "attributes: [ { code: { const: agency }, value: a }, { code: { const: borough }, value: b } ]",
            ["a": .text("NYPD")]
        ).ticket
        #expect(listed[.attributes] == .attributes([TicketAttribute(code: "agency", value: "NYPD")]))
    }

    @Test func anAttributeWithoutACodeRejectsTheRecord() throws {
        let fault = try Fixture.fault(
            "attributes: { each: ext, code: k, value: v }", lists: ["ext": [PlainRecord(["v": .text("3")])]])
        #expect(fault?.description == "[map.required] field attributes.code (k): the field is empty")
    }

    @Test func tooManyItemsRejectTheRecord() throws {
        let many = Array(repeating: PlainRecord(["k": .text("a"), "v": .text("b")]), count: 1_001)
        let fault = try Fixture.fault("attributes: { each: ext, code: k, value: v }", lists: ["ext": many])
        #expect(fault?.code == "map.too-many")
    }

    @Test func sizesAndDigestsAreChecked() throws {
        let file = ["files": [PlainRecord(["n": .text("a"), "s": .text("-1"), "d": .text("zz")])]]
        #expect(
            try Fixture.fault("attachments: { each: files, name: n, size: s }", lists: file)?.field
                == "attachments.size")
        #expect(try Fixture.fault("attachments: { each: files, name: n, sha256: d }", lists: file)?.code == "map.code")
    }
}

/// `content`: the bytes of a file that stand in the record.
struct MappingContentTests {
    private typealias Fixture = MappingFixture

    private func map(_ content: String, _ value: String, decode: String = ", decode: base64") throws -> MappedRecord {
        try Fixture.map(
            "attachments: { each: files, name: n, size: s, content: { from: \(content)\(decode) } }",
            lists: ["files": [PlainRecord(["n": .text("../a.txt"), "s": .number("999"), "d": .text(value)])]])
    }

    @Test(arguments: ["aGVsbG8=", "aGVs\n bG8=", "data:text/plain;base64,aGVsbG8=", "aGVsbG8"])
    func base64IsAFileAndItsSizeAndDigestAreCounted(text: String) throws {
        let mapped = try map("d", text)
        let digest = Hex.encode(SHA256.hash("hello"))
        #expect(mapped.contents == [digest: Array("hello".utf8)])
        #expect(
            mapped.ticket[.attachments]
                == .attachments([TicketAttachment(name: "a.txt", size: 5, sha256: digest)]))
    }

    @Test func textByItselfIsItsOwnBytesAndNothingIsNoFile() throws {
        #expect(try map("d", "你好", decode: "").contents.values.first == Array("你好".utf8))
        let none = try map("missing", "x")
        #expect(none.contents.isEmpty)
        #expect(none.ticket[.attachments] == .attachments([TicketAttachment(name: "a.txt", size: 999)]))
    }

    @Test func whatIsNotBase64RejectsTheRecord() {
        let fault = #expect(throws: RecordFault.self) { try map("d", "%%%") }
        #expect(fault?.description == "[map.decode] field attachments.content (d): the value is not base64")
    }

    @Test func otherStepsAreRefused() {
        #expect(Fixture.issues("attachments: { each: f, name: n, content: { from: d, decode: json } }").count == 1)
        #expect(Fixture.issues("attachments: { each: f, name: n, content: { from: d, clean: text } }").count == 1)
        #expect(Fixture.issues("attachments: { each: f, name: n, content: { decode: base64 } }").count == 1)
        #expect(Fixture.issues("attachments: { each: f, name: n, content: d }").isEmpty)
    }
}
