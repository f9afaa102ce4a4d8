import EmailFormat
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct EmailHeaderTests {
    @Test func aPlainLetterIsOneRecordWithItsOwnBytes() throws {
        let mail = Mail.letter()
        let run = try FormatRun(
            Mail.format(), mail,
            selecting: [
                "from.name", "from.address", "to", "subject", "date", "message_id", "body.text", "automatic",
                "attachments.count",
            ])
        #expect(
            run.rows == [
                [
                    .text("王芳"), .text("wang@example.org"), .list([.text("hotline@city.example")]), .text("楼道照明"),
                    .text("2026-01-05T09:30:00+08:00"), .text("1@example.org"), .text("楼道灯不亮。"), .missing,
                    .number("0"),
                ]
            ])
        #expect(run.texts == [String(decoding: mail, as: UTF8.self)])
    }

    @Test(arguments: [
        ("=?UTF-8?B?5oqV6K+J?=", "投诉"), ("=?utf-8?Q?=E6=8A=95=E8=AF=89?= =?utf-8?Q?=E4=BF=A1?=", "投诉信"),
        // A character cut in two by the border of two encoded words, as mailers do.
        ("=?utf-8?B?5oqV6A==?=\r\n =?utf-8?B?r4k=?=", "投诉"),
        ("=?gb2312?B?zba9/A==?=", "投近"), ("=?GBK?Q?=CD=B6?=", "投"),
        ("plain words", "plain words"), ("=?nowhere?Q?x?=", "x"), ("a\r\n folded\r\n\tline", "a folded\tline"),
    ])
    func encodedWordsAreRead(_ written: String, _ meant: String) throws {
        #expect(try Mail.text("subject", Mail.letter(["Subject: \(written)"])) == meant)
    }

    @Test func aCharacterThatOnlyGB18030HasIsReadUnderTheLabelGB2312() throws {
        let text = "朱镕\u{9FA6}"
        let bytes = try #require(Charset("gb18030")).encode(text)
        for label in ["GB2312", "gbk", "gb2312*zh"] {
            let subject = "Subject: =?\(label)?B?\(Base64.encode(bytes))?="
            #expect(try Mail.text("subject", Mail.letter([subject])) == text)
        }
        let from = "=?GB2312?B?\(Base64.encode(bytes))?= <a@example.org>"
        #expect(try Mail.text("from.name", Mail.letter(from: from)) == text)
        let name = bytes.map { "%" + Hex.encode([$0]) }.joined()
        let type = "Content-Type: application/pdf; name*=GB2312''\(name).pdf"
        #expect(try Mail.attachments(Mail.letter([type])).first?.first == text + ".pdf")
    }

    @Test func rawBytesInHeadersAreReadAsUTF8OrElseGB18030() throws {
        let utf8 = Mail.letter(["Subject: 漏水"])
        #expect(try Mail.text("subject", utf8) == "漏水")
        let gbk = try Charset("gbk")?.encode("From: 李雷 <li@example.org>\nSubject: 小区漏水\n\n内容") ?? []
        #expect(try Mail.text("subject", gbk) == "小区漏水")
        #expect(try Mail.text("from.name", gbk) == "李雷")
        #expect(try Mail.text("body.text", gbk) == "内容")
    }

    @Test func addressesAreReadInEveryForm() throws {
        let mail = Mail.letter(
            [
                "To: a@example.org, \"B, C\" <b@example.org>", "To: 组: c@example.org, d@example.org;",
                "Cc: =?utf-8?B?5byg5LiJ?= <z@example.org>", "Reply-To: <home@example.org>",
            ], from: "wang@example.org")
        let run = try FormatRun(
            Mail.format(), mail, selecting: ["to", "cc", "from.name", "reply_to.address", "from.address"])
        #expect(
            run.rows == [
                [
                    .list(["a", "b", "c", "d"].map { .text("\($0)@example.org") }), .list([.text("z@example.org")]),
                    .missing, .text("home@example.org"), .text("wang@example.org"),
                ]
            ])
        #expect(try Mail.text("reply_to.address", Mail.letter()) == "wang@example.org")
    }

    @Test func idsOfTheThreadAreReadWithoutTheirBrackets() throws {
        let mail = Mail.letter([
            "In-Reply-To: <0@example.org>", "References: <a@x>\r\n <b@y> <0@example.org>",
            "Message-ID:\r\n <9@example.org>",
        ])
        let run = try FormatRun(Mail.format(), mail, selecting: ["message_id", "in_reply_to", "references"])
        #expect(
            run.rows == [
                [
                    .text("9@example.org"), .text("0@example.org"),
                    .list(["a@x", "b@y", "0@example.org"].map { .text($0) }),
                ]
            ])
    }

    @Test(arguments: [
        ("Mon, 5 Jan 2026 09:30:00 +0800 (CST)", "2026-01-05T09:30:00+08:00"),
        ("5 Jan 26 01:30 GMT", "2026-01-05T01:30:00Z"),
        ("Mon, 05 Jan 2026 09:30:00 -0330", "2026-01-05T09:30:00-03:30"),
    ])
    func datesAreRead(_ written: String, _ meant: String) throws {
        #expect(try Mail.text("date", Mail.letter(["Date: \(written)"])) == meant)
    }

    @Test(arguments: ["", "yesterday", "2026年1月5日"])
    func whatIsNoDateIsMissing(_ written: String) throws {
        #expect(try Mail.select("date", Mail.letter(["Date: \(written)"])) == .missing)
    }

    @Test func theDayOfReceiptIsTheTopmostReceivedLine() throws {
        let mail = Mail.letter([
            "Received: from a by b; Mon, 05 Jan 2026 10:00:00 +0800",
            "Received: from c by a; Mon, 05 Jan 2026 09:59:00 +0800",
        ])
        #expect(try Mail.text("received", mail) == "2026-01-05T10:00:00+08:00")
    }

    @Test func anyHeaderIsFoundByItsName() throws {
        let mail = Mail.letter(["X-Ticket: =?utf-8?B?5Y+3?= 7", "Content-Type: text/plain; charset=utf-8"])
        #expect(try Mail.text("header:x-TICKET", mail) == "号 7")
        #expect(try Mail.text("header:Content-Type", mail) == "text/plain; charset=utf-8")
        #expect(try Mail.select("header:X-None", mail) == .missing)
    }

    @Test func aMailWithoutAnIDIsKnownByWhatItSays() throws {
        let first = Mail.letter(["Message-ID: "])
        #expect(try Mail.select("message_id", first) == .missing)
        let other = Mail.letter(["Message-ID: ", "Received: from a by b; Mon, 05 Jan 2026 10:00:00 +0800"])
        #expect(try Mail.text("digest", first) == Mail.text("digest", other))
        #expect(try Mail.text("digest", first) != Mail.text("digest", Mail.letter(["Message-ID: "], body: "别的事")))
        #expect(try Mail.text("digest", first)?.count == 26)
    }

    @Test func selectorsThatAreNoneSayWhatWasMeant() throws {
        let format = try Mail.format()
        #expect(
            throws: SelectorError("email.selector", "an e-mail has no 'from.adress'; did you mean 'from.address'?")
        ) { try format.selector("from.adress") }
        #expect(throws: SelectorError("email.selector", "'a b' is not the name of a header field", offset: 7)) {
            try format.selector("header:a b")
        }
    }
}
