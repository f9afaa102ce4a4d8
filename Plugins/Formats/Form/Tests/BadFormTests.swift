import FormFormat
import SluiceSDK
import SluiceTesting
import Testing

/// Boundaries, headers and counts that are meant to confuse.
@Suite struct BadFormTests {
    private typealias Forms = FormFormatTests

    private func code(_ body: [UInt8], type: String?, limits: ChannelLimits = ChannelLimits()) throws -> String? {
        switch try Forms.select(["a"], body, type: type, limits: limits) {
        case .success: return nil
        case .failure(let fault): return fault.code
        }
    }

    private func code(_ body: String, type: String? = "multipart/form-data; boundary=b") throws -> String? {
        try code(Array(body.utf8), type: type)
    }

    private static let part = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"

    @Test func aFormWithoutFieldsIsRefused() throws {
        #expect(try code("", type: "application/x-www-form-urlencoded") == "form.empty")
        #expect(try code("&&=x", type: "application/x-www-form-urlencoded") == "form.empty")
        #expect(try code("--b--\r\n") == "form.empty")
        #expect(try code("", type: nil) == "form.empty")
    }

    @Test(arguments: ["application/json", "text/xml; charset=utf-8", "multipart/mixed; boundary=b", "image/png"])
    func otherTypesAreNoForms(_ type: String) throws {
        #expect(try code(Self.part + "--b--", type: type) == "form.type")
    }

    @Test(arguments: [
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a b \"",
        "multipart/form-data; boundary=b; boundary=c", "multipart/form-data; boundary=b\u{7F}",
        "multipart/form-data; boundary=\"\(String(repeating: "b", count: 71))\"", "multipart/form-data; boundary=other",
    ])
    func boundariesThatAreNoneAreRefused(_ type: String) throws {
        #expect(try code(Self.part + "--b--", type: type) == "form.boundary")
    }

    @Test func aFormThatEndsEarlyIsRefusedWhereverItEnds() throws {
        let whole = Array((Self.part + Self.part + "--b--").utf8)
        for length in 0..<whole.count {
            let found = try code(Array(whole[..<length]), type: "multipart/form-data; boundary=b")
            #expect(found == "form.truncated" || (length < 5 && found == "form.boundary"))
        }
        #expect(try code(whole, type: "multipart/form-data; boundary=b") == nil)
    }

    @Test func whatOnlyLooksLikeABoundaryIsContent() throws {
        let tricks = "--bb\r\n--b x\r\nx--b\r\n --b\r\n-- b\r\n--b-\r\n--b--x"
        let body =
            "preamble --b\r\n\(Self.part)--b \t\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\n\(tricks)\r\n--b--\r\n\(Self.part)"
        let found = try Forms.select(["t", "a"], Array(body.utf8), type: "multipart/form-data; boundary=b").get()
        #expect(found == [.text(tricks), .text("1")])
    }

    @Test(arguments: [
        "no headers at all", "\r\n1", "Content-Disposition: attachment; name=\"a\"\r\n\r\n1",
        "Content-Disposition: form-data\r\n\r\n1", "Content-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n1",
        "Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n1",
        "Content-Disposition: form-data; name=\"a\"\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n1",
        "no colon\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1",
    ])
    func partsThatAreNoneAreRefused(_ part: String) throws {
        #expect(try code("\(Self.part)--b\r\n\(part)\r\n--b--\r\n") == "form.part")
    }

    @Test func partsEncodedOnceMoreAreRefused() throws {
        let header = "Content-Disposition: form-data; name=\"a\"\r\nContent-Transfer-Encoding: "
        #expect(try code("--b\r\n\(header)base64\r\n\r\nMQ==\r\n--b--\r\n") == "form.encoding")
        #expect(try code("--b\r\n\(header)8bit\r\n\r\n1\r\n--b--\r\n") == nil)
    }

    @Test func floodsAreRefused() throws {
        var limits = ChannelLimits()
        limits.columns = 100
        limits.record = 1_000
        let many = Array(String(repeating: "a=1&", count: 101).utf8)
        #expect(try code(many, type: "application/x-www-form-urlencoded", limits: limits) == "form.fields")
        let parts = Array((String(repeating: Self.part, count: 101) + "--b--").utf8)
        #expect(try code(parts, type: "multipart/form-data; boundary=b", limits: limits) == "form.fields")
        let large = Array("a=\(String(repeating: "x", count: 1_000))".utf8)
        #expect(try code(large, type: "application/x-www-form-urlencoded", limits: limits) == "form.record-size")
        let lines = String(repeating: "X-A: 1\r\n", count: 21)
        #expect(
            try code("--b\r\n\(lines)Content-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--") == "form.headers")
        let long = "X-A: \(String(repeating: "x", count: 9_000))\r\n"
        #expect(
            try code("--b\r\n\(long)Content-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b--") == "form.headers")
    }

    @Test(arguments: [
        ("../../../etc/passwd", "passwd"), ("/etc/shadow", "shadow"), ("..\\..\\boot.ini", "boot.ini"), ("..", "file"),
        (".", "file"), ("/", "file"), ("a/../..", "file"), ("plain.txt", "plain.txt"),
        ("say %22hi%22.txt", "say \"hi\".txt"),
        ("say \\\"hi\\\".txt", "say \"hi\".txt"), ("a%0D%0AX: y", "a  X: y"),
    ])
    func namesOfFilesLeadNowhere(_ sent: String, _ kept: String) throws {
        let body = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\(sent)\"\r\n\r\n1\r\n--b--"
        let found = try Forms.select(["@files"], Array(body.utf8), type: "multipart/form-data; boundary=b").get()
        #expect(found == [.text(kept)])
    }

    @Test func aCharsetThatIsNoneIsNamed() throws {
        #expect(try code("_charset_=klingon&a=1", type: "application/x-www-form-urlencoded") == "form.charset")
    }
}
