import EmailFormat
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct EmailBodyTests {
    private func part(_ type: String, _ content: String, _ more: String...) -> String {
        ([("Content-Type: " + type)] + more + ["", content]).joined(separator: "\r\n")
    }

    @Test func transferEncodingsAreUndone() throws {
        let type = "Content-Type: text/plain; charset=utf-8"
        let quoted = Mail.letter(
            [type, "Content-Transfer-Encoding: quoted-printable"], body: "=E6=BC=8F=\r\n=E6=B0=B4 =3D")
        #expect(try Mail.text("body.text", quoted) == "漏水 =")
        let base64 = Mail.letter([type, "Content-Transfer-Encoding: base64"], body: "5ryP\r\n5rC0\r\n")
        #expect(try Mail.text("body.text", base64) == "漏水")
        let uuencoded = Mail.letter(
            [type, "Content-Transfer-Encoding: x-uuencode"], body: "begin 644 a.txt\r\n&YKR/YK\"T\r\n`\r\nend\r\n")
        #expect(try Mail.text("body.text", uuencoded) == "漏水")
    }

    @Test(arguments: [
        ("gb2312", "gb18030", "镕\u{9FA6}"), ("gbk", "gb18030", "漏水"), ("utf-8", "gb18030", "楼道漏水三天了"),
        ("us-ascii", "utf-8", "漏水"), ("gb2312", "utf-8", "供水管道漏水了"), ("iso-8859-1", "utf-8", "漏水"),
        ("nonsense", "gb18030", "楼道漏水三天了"), ("big5", "big5", "漏水"), ("iso-2022-jp", "iso-2022-jp", "水道"),
        ("iso-8859-1", "iso-8859-1", "caf\u{E9}"),
    ])
    func textIsReadWhateverItsLabelSays(_ label: String, _ truth: String, _ text: String) throws {
        let charset = try #require(Charset(truth))
        let mail = Mail.letter(["Content-Type: text/plain; charset=\(label)"], body: "") + (try charset.encode(text))
        #expect(try Mail.text("body.text", mail) == text)
    }

    @Test func flowedLinesAreJoined() throws {
        let written = "楼道 \r\n漏水 \r\n三天\r\n> 之前 \r\n> 说过\r\n-- \r\n王芳"
        let flowed = Mail.letter(["Content-Type: text/plain; charset=utf-8; format=flowed"], body: written)
        #expect(try Mail.text("body.text", flowed) == "楼道 漏水 三天\n> 之前 说过\n-- \n王芳")
        let deleting = Mail.letter(["Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes"], body: written)
        #expect(try Mail.text("body.text", deleting) == "楼道漏水三天\n> 之前说过\n-- \n王芳")
        #expect(try Mail.text("body.text", Mail.letter(body: " a \r\n b")) == "a \n b")
    }

    @Test func plainTextIsPreferredAndHTMLIsReadable() throws {
        let html = part("text/html; charset=utf-8", "<p>楼道<b>灯</b></p><script>x()</script><p>不亮&nbsp;了</p>")
        let both = Mail.multipart("alternative", [part("text/plain; charset=utf-8", "楼道灯不亮了"), html])
        #expect(try Mail.text("body.text", both) == "楼道灯不亮了")
        #expect(try Mail.text("body.html", both)?.contains("<b>灯</b>") == true)
        #expect(
            try Mail.text("body.text", Mail.multipart("alternative", [part("text/plain", " "), html])) == "楼道灯\n不亮 了")
        #expect(try Mail.text("body.text", Mail.multipart("mixed", [html])) == "楼道灯\n不亮 了")
    }

    @Test func nestedPartsAreReadInTheirOrder() throws {
        let inner =
            "Content-Type: multipart/alternative; boundary=in\r\n\r\n--in\r\n" + part("text/plain", "first")
            + "\r\n--in\r\n" + part("text/html", "<i>first</i>") + "\r\n--in--"
        let related =
            "Content-Type: multipart/related; boundary=rel\r\n\r\n--rel\r\n" + inner + "\r\n--rel\r\n"
            + part("image/png", "iVBORw0KGgo=", "Content-Transfer-Encoding: base64", "Content-ID: <logo@x>")
            + "\r\n--rel--"
        let mail = Mail.multipart("mixed", [related, part("text/plain", "second")])
        #expect(try Mail.text("body.text", mail) == "first\n\nsecond")
        #expect(try Mail.attachments(mail) == [["part-1.png", "image/png", "8", "inline"]])
    }

    @Test func attachmentsAreNamedAndCounted() throws {
        let mail = Mail.multipart(
            "mixed",
            [
                part("text/plain", "见附件"),
                part(
                    "application/pdf", "JVBERg==", "Content-Transfer-Encoding: base64",
                    "Content-Disposition: attachment; filename*=gb2312''%CD%B6%CB%DF.pdf"),
                part("image/jpeg; name=\"=?utf-8?B?54Wn54mHLmpwZw==?=\"", "YWJj", "Content-Transfer-Encoding: base64"),
                part("text/plain; name=notes.txt", "notes"),
                part(
                    "application/ms-tnef", "eJ8+Ig==", "Content-Transfer-Encoding: base64",
                    "Content-Disposition: attachment; filename=winmail.dat"),
                part("message/rfc822", "Subject: old\r\n\r\ntext"), part("application/zip", "x"),
            ])
        let found = try Mail.attachments(mail)
        #expect(
            found == [
                ["投诉.pdf", "application/pdf", "4", "attachment"], ["照片.jpg", "image/jpeg", "3", "attachment"],
                ["notes.txt", "text/plain", "5", "attachment"],
                ["winmail.dat", "application/ms-tnef", "4", "attachment"],
                ["old.eml", "message/rfc822", "18", "attachment"],
                ["part-6.zip", "application/zip", "1", "attachment"],
            ])
        #expect(try Mail.select("attachments.count", mail) == .number("6"))
        #expect(try Mail.text("body.text", mail) == "见附件")
    }

    @Test func theBytesOfEveryFileAreThere() throws {
        let mail = Mail.multipart(
            "mixed",
            [
                part("text/plain", "请看\r\n\r\nbegin 644 a.txt\r\n#8V%T\r\n`\r\nend\r\n谢谢"),
                part(
                    "application/pdf", "JVBERi0xLjc=", "Content-Transfer-Encoding: base64",
                    "Content-Disposition: attachment; filename=b.pdf"),
                part("message/rfc822", "Subject: inner\r\n\r\nthe enclosed letter"),
            ])
        let format = try Mail.format()
        let (each, content, size) = try (
            format.selector("attachments"), format.selector("content"), format.selector("size")
        )
        var files: [[UInt8]] = []
        try format.decode(RawMessage(bytes: mail), limits: ChannelLimits()) { decoded in
            guard case .record(let record) = decoded else { return }
            #expect(try record.content(content) == nil, "a letter by itself is no file")
            for file in try record.children(each) {
                let bytes = try #require(try file.content(content))
                let told = try file.select(size)
                #expect(told == .number("\(bytes.count)"), "\(told)")
                #expect(try file.content(size) == nil)
                files.append(bytes)
            }
        }
        #expect(files.prefix(2) == [Array("cat".utf8), Array("%PDF-1.7".utf8)])
        #expect(String(decoding: files.last ?? [], as: UTF8.self).hasSuffix("the enclosed letter"))
    }

    @Test func filesWrittenIntoTheTextAreAttachments() throws {
        let mail = Mail.letter(body: "请看\r\n\r\nbegin 644 水表.txt\r\n#8V%T\r\n`\r\nend\r\n谢谢")
        #expect(try Mail.attachments(mail) == [["水表.txt", "application/octet-stream", "3", "attachment"]])
        #expect(try Mail.text("body.text", mail) == "请看\n\n谢谢")
        let no = Mail.letter(body: "begin 644 a\r\nnever ends\r\n")
        #expect(try Mail.attachments(no).isEmpty)
    }

    @Test(arguments: [
        ("../../etc/passwd", "passwd"), ("C:\\\\temp\\\\a.doc", "a.doc"), ("..", "part-1.bin"), ("/", "part-1.bin"),
        ("a\u{202E}fdp.exe", "afdp.exe"),
    ])
    func namesLeadNowhere(_ written: String, _ name: String) throws {
        let mail = Mail.multipart(
            "mixed", [part("application/octet-stream", "x", "Content-Disposition: attachment; filename=\"\(written)\"")]
        )
        #expect(try Mail.attachments(mail).first?.first == name)
    }

    @Test func longNamesAreShortenedBeforeTheirEnding() throws {
        let name = String(repeating: "长", count: 200) + ".pdf"
        let mail = Mail.multipart(
            "mixed", [part("application/pdf", "x", "Content-Disposition: attachment; filename=\"\(name)\"")])
        let kept = try #require(try Mail.attachments(mail).first?.first)
        #expect(kept.utf8.count <= 200 && kept.hasSuffix("长.pdf"))
    }

    @Test func formsInsideTheTextArePartsOfIt() throws {
        let mail = Mail.letter(body: "姓名：王芳\r\n电话：13800000000\r\n内容：楼道灯不亮\r\n")
        let text = try #require(try Mail.text("body.text", mail))
        let pattern = try Pattern("姓名：(.*)")
        #expect(pattern.firstMatch(in: text) == .found("王芳"))
    }
}
