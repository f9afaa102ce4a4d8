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
