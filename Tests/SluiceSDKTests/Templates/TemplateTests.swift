import SluiceSDK
import SluiceTesting
import Testing

@Suite struct TemplateTests {
    private func render(_ text: String, _ escape: TemplateEscape = .none, value: String = "v") throws -> String {
        try Template(text).render(escape) { name, format in
            name == "none" ? nil : value + (format.map { ":" + $0 } ?? "")
        }
    }

    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("{a}", "v"), ("x{a}y{b}z", "xvyvz"),
        ("{a|yyyy-MM-dd HH:mm}", "v:yyyy-MM-dd HH:mm"),
        ("{{a}}", "{a}"), ("{none}", ""), ("{a|x|y}", "v:x|y"),
    ])
    func placeholdersAreFilled(_ text: String, _ expected: String) throws {
        #expect(try render(text) == expected)
    }

    @Test(arguments: ["{", "}", "{a", "a}", "{}", "{|x}", "{a{b}"]) func brokenTemplatesAreRefused(_ text: String) {
        #expect(throws: SelectorError.self) { try Template(text) }
    }

    @Test func aNameThatIsNotAllowedIsNamed() {
        do {
            _ = try Template("{ticket}", allowed: ["ticket_id", "reply.id"])
            Issue.record("the name was taken")
        } catch let error as SelectorError {
            #expect(error.code == "template.unknown-name")
            #expect(error.reason.contains("{ticket}") && error.reason.contains("reply.id, ticket_id"))
        } catch { Issue.record(error) }
    }

    @Test func valuesCannotBreakOutOfTheirPlace() throws {
        #expect(
            try render("/x/{a}?y={a}", .url, value: "a/b?c=d&e 中")
                == "/x/a%2Fb%3Fc%3Dd%26e%20%E4%B8%AD?y=a%2Fb%3Fc%3Dd%26e%20%E4%B8%AD")
        #expect(try render("<t>{a}</t>", .xml, value: "</t>&'\"") == "<t>&lt;/t&gt;&amp;&apos;&quot;</t>")
        #expect(try render("{a}", .header, value: "a\r\nSet-Cookie: x\u{0}") == "a  Set-Cookie: x ")
    }

    private func json(_ literal: ConfigLiteral, value: String) throws -> String {
        var writer = JSONWriter()
        try JSONTemplate(literal.value).write(to: &writer) { _, _ in value }
        return writer.text
    }

    @Test func jsonLeavesAreEscapedAndKeepTheirKind() throws {
        #expect(
            try json(["a": "{x}", "n": 5, "f": true, "l": ["{x}", "t"]], value: "q\"\n")
                == #"{"a":"q\"\n","n":5,"f":true,"l":["q\"\n","t"]}"#)
        #expect(try json(["a": "0"], value: "") == #"{"a":"0"}"#)
    }

    @Test(arguments: [
        ("5", "5"), ("-1.5e3", "-1.5e3"), ("0012", "\"0012\""), ("nan", "\"nan\""), ("0x1", "\"0x1\""),
        ("1.", "\"1.\""), ("", "\"\""),
        ("1,\"admin\":1", "\"1,\\\"admin\\\":1\""),
    ])
    func aNumberIsWrittenBareOnlyWhenItIsOne(_ value: String, _ expected: String) throws {
        #expect(try json("{x|number}", value: value) == expected)
    }

    @Test func numbersFollowTheGrammar() {
        for text in ["0", "-0", "10", "1.5", "0.5", "1e5", "1E-5", "-1.25e+10", "123456789012345678901234567890"] {
            #expect(JSONNumber.isValid(text), "\(text)")
        }
        for text in [
            "", "-", "01", "-01", "1.", ".5", "1.e5", "1e", "1e+", "+1", "inf", "0x1", "1_0", "１", " 1", "1 ", "--1",
        ] {
            #expect(!JSONNumber.isValid(text), "\(text)")
        }
    }
}
