import FormFormat
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct FormFormatTests {
    static func format(_ charset: String? = nil) throws -> FormFormat {
        try FormFormat(Config(charset.map { ["charset": .text($0)] } ?? [:], spec: FormFormat.spec.config))
    }

    /// What selectors find in a form; the fault when it is none.
    static func select(
        _ selectors: [String], _ body: [UInt8], type: String? = "application/x-www-form-urlencoded",
        charset: String? = nil, limits: ChannelLimits = ChannelLimits()
    ) throws -> Result<[SelectedValue], RecordFault> {
        let format = try format(charset)
        let compiled = try selectors.map { try format.selector($0) }
        var found: [SelectedValue] = []
        do {
            try format.decode(RawMessage(bytes: body, contentType: type), limits: limits) { decoded in
                guard case .record(let record) = decoded else { return }
                found = try compiled.map { try record.select($0) }
            }
            return .success(found)
        } catch let fault as RecordFault {
            return .failure(fault)
        }
    }

    private func values(_ selectors: [String], _ body: String, type: String? = "application/x-www-form-urlencoded")
        throws
        -> [SelectedValue]
    {
        try Self.select(selectors, Array(body.utf8), type: type).get()
    }

    @Test func fieldsAreSelectedByName() throws {
        let body = "no=A%2D1&title=%E4%BA%95%E7%9B%96&text=a+b%26c&kind=1&kind=2&empty=&flag&%40odd=x\r\n"
        #expect(
            try values(["no", "title", "text", "kind", "empty", "flag", "'@odd'", "none"], body) == [
                .text("A-1"), .text("井盖"), .text("a b&c"), .list([.text("1"), .text("2")]), .text(""), .text(""),
                .text("x"), .missing,
            ])
    }

    @Test(arguments: ["a=100%", "a=100%&b=%zz", "&&a=100%25&", "a=100%25=5"])
    func strangeEscapesStandForThemselves(_ body: String) throws {
        #expect(try values(["a"], body) == [.text(body.contains("=5") ? "100%=5" : "100%")])
    }

    @Test(
        arguments: [
            ("gbk", nil, nil), (nil, "_charset_=GB2312&", nil),
            (nil, nil, "application/x-www-form-urlencoded; charset=GBK"),
            ("auto", nil, nil),
        ] as [(String?, String?, String?)])
    func otherCharsetsAreRead(_ configured: String?, _ field: String?, _ type: String?) throws {
        let escaped = try #require(Charset("gb18030")).encode("路灯不亮").map { "%" + Hex.encode([$0]) }.joined()
        let body = (field ?? "") + "title=" + escaped
        let found = try Self.select(
            ["title"], Array(body.utf8), type: type ?? "application/x-www-form-urlencoded", charset: configured)
        #expect(try found.get() == [.text("路灯不亮")])
    }

    @Test func bytesThatAreNoTextRefuseTheForm() throws {
        guard case .failure(let fault) = try Self.select(["a"], Array("b=1&a=%C2%B7%B5%C6".utf8)) else {
            Issue.record("the form is taken")
            return
        }
        #expect(fault.code == "charset.invalid")
        #expect(fault.reason == "field 2 holds bytes that are no text in utf-8; set 'charset'")
        #expect(fault.record == nil)
    }

    static let boundary = "----WebKitFormBoundaryx7'()+_,-./:=?"

    static func multipart(_ parts: [String], ending: String = "--", lineBreak: String = "\r\n") -> [UInt8] {
        let body = parts.map { "--\(boundary)\n\($0)\n" }.joined() + "--\(boundary)\(ending)\n"
        return Array(body.replacing("\n", with: lineBreak).utf8)
    }

    static let type = "multipart/form-data; boundary=\"\(boundary)\""

    private static let parts = [
        "Content-Disposition: form-data; name=\"title\"\n\n井盖\n破损",
        "content-disposition: form-data; name=kind\n\n1", "Content-Disposition: form-data; name=\"kind\"\n\n2",
        "Content-Disposition: form-data; name=\"photo\"; filename=\"C:\\temp\\井盖.jpg\"\nContent-Type: image/jpeg\n\nJPEG",
        "Content-Disposition: form-data; name=\"photo\"; filename=\"../../etc/passwd\"\n\n",
        "Content-Disposition: form-data; name=\"none\"; filename=\"\"\nContent-Type: application/octet-stream\n\n",
        "Content-Disposition: form-data; name=\"doc\"; filename=\"x\"; filename*=UTF-8''%e4%ba%95+1.txt\n\nabc",
        "Content-Disposition: form-data; name=\"empty\"\n\n",
    ]

    @Test(arguments: ["\r\n", "\n"])
    func partsAreFieldsAndFiles(_ lineBreak: String) throws {
        let body = Self.multipart(Self.parts, lineBreak: lineBreak)
        for type in [Self.type, nil] {
            let found = try Self.select(
                ["title", "kind", "@files", "@files photo", "photo", "empty"], body, type: type)
            #expect(
                try found.get() == [
                    .text("井盖\(lineBreak)破损"), .list([.text("1"), .text("2")]),
                    .list([.text("井盖.jpg"), .text("passwd"), .text("井+1.txt")]),
                    .list([.text("井盖.jpg"), .text("passwd")]), .missing, .text(""),
                ])
        }
    }

    @Test func filesAreNamedAndCounted() throws {
        let format = try Self.format()
        let each = try format.selector("@files")
        let kinds = try format.selector("kind")
        let inside = try ["@field", "@name", "@type", "@size", "@sha256", "title"].map { try format.selector($0) }
        let value = try format.selector("@value")
        var files: [[SelectedValue]] = []
        var values: [SelectedValue] = []
        let message = RawMessage(bytes: Self.multipart(Self.parts), contentType: Self.type)
        try format.decode(message, limits: ChannelLimits()) { decoded in
            guard case .record(let record) = decoded else { return }
            for file in try record.children(each) { files.append(try inside.map { try file.select($0) }) }
            for kind in try record.children(kinds) { values.append(try kind.select(value)) }
        }
        #expect(
            files[0] == [
                .text("photo"), .text("井盖.jpg"), .text("image/jpeg"), .number("4"),
                .text(Hex.encode(SHA256.hash("JPEG"))), .text("井盖\r\n破损"),
            ])
        #expect(files.map { $0[3] } == [.number("4"), .number("0"), .number("3")])
        #expect(values == [.text("1"), .text("2")])
    }

    @Test func aFilesBytesAreThereAndAKeptFormHasThemAsLongAsItsMessage() throws {
        let format = try Self.format()
        let (each, content) = try (format.selector("@files"), format.selector("@content"))
        var kept: [UInt8] = []
        func files(_ decoded: DecodedRecord) throws -> [[UInt8]?] {
            guard case .record(let record) = decoded else { return [] }
            kept = record.bytes()
            #expect(try record.content(content) == nil, "a form by itself is no file")
            return try record.children(each).map { try $0.content(content) }
        }
        let message = RawMessage(bytes: Self.multipart(Self.parts), contentType: Self.type)
        let wanted = [Array("JPEG".utf8), [], Array("abc".utf8)]
        try format.decode(message, limits: ChannelLimits()) { found in
            let bytes = try files(found)
            #expect(bytes == wanted)
        }
        let form = kept
        try format.decodeRecord(form, of: message, limits: ChannelLimits()) { found in
            let bytes = try files(found)
            #expect(bytes == wanted)
        }
        try format.decodeRecord(form, of: RawMessage(bytes: []), limits: ChannelLimits()) { found in
            let bytes = try files(found)
            #expect(bytes == [nil, nil, nil])
        }
    }

    @Test func aRecordsBytesDoNotDependOnTheBoundaryAndReadBack() throws {
        let format = try Self.format()
        let selectors = try ["title", "kind", "@files"].map { try format.selector($0) }
        var texts: [[UInt8]] = []
        var rows: [[SelectedValue]] = []
        func take(_ decoded: DecodedRecord) throws {
            guard case .record(let record) = decoded else { return }
            texts.append(record.bytes())
            rows.append(try selectors.map { try record.select($0) })
        }
        let body = Self.multipart(Self.parts)
        let other = String(decoding: body, as: UTF8.self).replacing(Self.boundary, with: "other")
        let limits = ChannelLimits()
        try format.decode(RawMessage(bytes: body, contentType: Self.type), limits: limits, take)
        try format.decode(
            RawMessage(bytes: Array(other.utf8), contentType: "multipart/form-data; boundary=other"), limits: limits,
            take)
        try format.decodeRecord(texts[0], of: RawMessage(bytes: []), limits: limits, take)
        #expect(texts[0] == texts[1] && texts[0] == texts[2])
        #expect(rows[0] == rows[1] && rows[0] == rows[2])
        let text = String(decoding: texts[0], as: UTF8.self)
        #expect(
            text.hasPrefix(
                #"{"fields":{"title":"井盖\r\n破损","kind":["1","2"],"empty":""},"files":[{"field":"photo","name":"井盖.jpg","type":"image/jpeg","size":4,"#
            ))
    }

    @Test(arguments: [
        "", "[]", "{\"fields\":[]}", "{\"fields\":{\"a\":1}}", "{\"files\":[{\"name\":\"a\"}]}", "{\"x\":1}",
    ])
    func anEditedRecordThatIsNoFormIsRefused(_ text: String) throws {
        let format = try Self.format()
        #expect(throws: RecordFault.self) {
            try format.decodeRecord(Array(text.utf8), of: RawMessage(bytes: []), limits: ChannelLimits()) { _ in }
        }
    }

    @Test(arguments: ["", "'open", "@fil", "@"])
    func selectorsThatMeanNothingAreRefused(_ text: String) throws {
        #expect(throws: SelectorError.self) { try Self.format().selector(text) }
    }
}
