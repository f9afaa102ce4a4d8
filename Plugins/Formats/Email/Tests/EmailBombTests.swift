import SluiceSDK
import SluiceTesting
import Testing

/// Mails that are made to do harm: each ends in the reject that it must become, or is read as what it is.
@Suite struct EmailBombTests {
    private func nested(_ depth: Int) -> [UInt8] {
        let open = (0..<depth).map { "Content-Type: multipart/mixed; boundary=b\($0)\r\n\r\n--b\($0)\r\n" }.joined()
        return Array("From: a@example.org\r\n\(open)Content-Type: text/plain\r\n\r\ndeep".utf8)
    }

    @Test func partsInsideEachOtherEndSomewhere() throws {
        #expect(try Mail.text("body.text", nested(30)) == "deep")
        #expect(try Mail.code(nested(40)) == "email.depth")
        #expect(try Mail.code(nested(900)) == "email.depth")
        #expect(try Mail.code(nested(200_000)) == "email.parts")
    }

    @Test func messagesInsideEachOtherAreOneAttachment() throws {
        let open = String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 900)
        let mail = Mail.multipart("mixed", [open + "Subject: x\r\n\r\ny"])
        #expect(try Mail.attachments(mail).count == 1)
        let more = String(repeating: "Content-Type: message/rfc822\r\n\r\n", count: 100_000)
        #expect(try Mail.code(Mail.multipart("mixed", [more])) == "email.parts")
    }

    @Test func tooManyPartsAreRefused() throws {
        let few = Mail.multipart("mixed", Array(repeating: "Content-Type: text/plain\r\n\r\nx", count: 900))
        #expect(try Mail.code(few) == nil)
        let many = Mail.multipart("mixed", Array(repeating: "Content-Type: text/plain\r\n\r\nx", count: 1_100))
        #expect(try Mail.code(many) == "email.parts")
        // Parts without header fields of their own are found when the tree is walked.
        #expect(try Mail.code(Mail.multipart("mixed", Array(repeating: "\r\nx", count: 1_100))) == "email.parts")
    }

    @Test func headerFloodsAreRefused() throws {
        let flood = (0..<1_100).map { "X-\($0): y" }
        #expect(try Mail.code(Mail.letter(flood)) == "email.headers")
        #expect(try Mail.code(Mail.letter(["Subject: " + String(repeating: "长", count: 100_000)])) == "email.headers")
        let folded = "Subject: a" + String(repeating: "\r\n b", count: 100_000)
        #expect(try Mail.code(Mail.letter([folded])) == "email.headers")
        let inPart = flood.joined(separator: "\r\n") + "\r\n\r\nx"
        #expect(try Mail.code(Mail.multipart("mixed", [inPart])) == "email.headers")
        let spread = (0..<20).map { _ in (0..<900).map { "X-\($0): y" }.joined(separator: "\r\n") + "\r\n\r\nx" }
        #expect(try Mail.code(Mail.multipart("mixed", spread)) == "email.headers")
        let enclosed = "Content-Type: message/rfc822\r\n\r\n" + inPart
        #expect(try Mail.code(Mail.multipart("mixed", [enclosed])) == "email.headers")
        #expect(try Mail.code(Mail.multipart("digest", ["\r\n" + inPart])) == "email.headers")
    }

    @Test func textWithManyColonsIsNoHeaderFlood() throws {
        let log = (0..<20_000).map { "2026-01-05 09:30:\($0): ok" }.joined(separator: "\r\n")
        #expect(try Mail.code(Mail.letter(body: log)) == nil)
    }

    @Test func aBookIsNoLetter() throws {
        let book = Mail.letter(body: String(repeating: "长文\r\n", count: 200_000))
        #expect(try Mail.code(book) == "email.text-size")
    }

    @Test func boundaryTricksLoseNoText() throws {
        let never = Mail.letter(["Content-Type: multipart/mixed; boundary=never"], body: "求助：楼道灯不亮")
        #expect(try Mail.code(never) == nil)
        let none = Mail.letter(["Content-Type: multipart/mixed"], body: "--x\r\n\r\n求助\r\n--x--")
        #expect(try Mail.code(none) == nil)
        // One boundary is the beginning of the other.
        let inner = "Content-Type: multipart/mixed; boundary=b11\r\n\r\n--b11\r\n\r\ninside\r\n--b11--"
        #expect(try Mail.text("body.text", Mail.multipart("mixed", [inner, "\r\noutside"])) == "inside\n\noutside")
        // Not closed.
        let open = Mail.letter(["Content-Type: multipart/mixed; boundary=b"], body: "--b\r\n\r\nopen end")
        #expect(try Mail.text("body.text", open) == "open end")
    }

    @Test func damageInsideStaysInside() throws {
        let garbage = Mail.letter(
            ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"],
            body: "!!!%%%\u{0}5ryP5rC0====5ryP")
        #expect(try Mail.text("body.text", garbage)?.hasPrefix("漏水") == true)
        let broken = Mail.letter(["Content-Type: text/plain; charset=utf-8"], body: "漏") + [0xE6, 0xFF, 0xFE, 0x41]
        #expect(try Mail.text("body.text", broken)?.hasPrefix("漏") == true)
        #expect(try Mail.code(Mail.letter(["Content-Type: ;;;=\"", "Content-Disposition: ==;"])) == nil)
        #expect(try Mail.code(Mail.letter(["Content-Transfer-Encoding: x-unknown"])) == nil)
    }

    @Test(arguments: ["", "\r\n\r\n", "hello world", "{\"a\": 1}", "X-Other: 1\r\n\r\ntext", "\u{0}\u{0}\u{0}"])
    func whatIsNoMailIsRefused(_ text: String) throws {
        #expect(try Mail.code(Array(text.utf8)) == "email.not-a-message")
    }

    @Test func everyPrefixOfAMailIsReadOrRefusedAndNothingElse() throws {
        let mail = Mail.multipart(
            "mixed",
            [
                "Content-Type: text/plain; charset=gb2312; format=flowed\r\n\r\nx \r\ny",
                "Content-Type: application/pdf; name*0*=gb2312''%CD; name*1*=%B6\r\n\r\nz",
            ])
        for length in 0...mail.count {
            let code = try Mail.code(Array(mail[..<length]))
            #expect(code == nil || code == "email.not-a-message")
        }
    }

    @Test func aNameWithinAHugeAddressListIsFound() throws {
        let list = (0..<5_000).map { "a\($0)@example.org" }.joined(separator: ",\r\n ")
        guard case .list(let found)? = try Mail.select("to", Mail.letter(["To: \(list)"])) else {
            Issue.record("no list")
            return
        }
        #expect(found.count == 1_000)
    }
}
