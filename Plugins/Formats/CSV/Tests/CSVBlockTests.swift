import SluiceSDK
import SluiceTesting
import Testing

@testable import CSVFormat

/// Tables in GB 18030 and Big5 are converted some rows at a time, and mean what they mean when converted whole.
@Suite struct CSVBlockTests {
    /// Characters whose second byte is `]`, `|`, `@`, `"`-like or a letter, and one of four bytes with digits in it.
    static let text: String = {
        var bytes: [UInt8] = []
        for trail: UInt8 in [0x40, 0x5B, 0x5C, 0x5D, 0x60, 0x7B, 0x7C, 0x7D, 0x61, 0x41] {
            for lead: UInt8 in [0x81, 0x9C, 0xB0, 0xC4] { bytes += [lead, trail] }
        }
        let decoded = String(decoding: Charset("gb18030")?.text(of: bytes).bytes ?? [], as: UTF8.self)
        return String(repeating: decoded.filter { $0 != "\u{FFFF}" } + "\u{3400}\u{20000}", count: 12)
    }()

    private func format(_ charset: String, _ csv: ConfigLiteral = [:]) throws -> CSVFormat {
        try CSVFormat(Config(["charset": .text(charset), "csv": csv], spec: CSVFormat.spec.config))
    }

    private func table(_ rows: Int) -> String {
        var text = "编号,内容\r\n"
        for number in 0..<rows {
            text += "N-\(number),\"第\(number)行，\"\"引号\"\"与换行\n\(Self.text)\"\r\n"
            if number % 7 == 0 { text += "\r\n" }
        }
        return text
    }

    @Test(arguments: ["gb18030", "gbk", "auto"])
    func everyRowIsWhatItIsInUTF8(charset: String) throws {
        let text = table(800)
        let bytes = try #require(Charset("gb18030")).encode(text)
        #expect(bytes.count > 2 * CSVText.blockBytes)
        let converted = try FormatRun(format(charset), bytes, selecting: ["编号", "内容"])
        let plain = try FormatRun(format("utf-8"), text, selecting: ["编号", "内容"])
        #expect(converted.rows == plain.rows && converted.texts == plain.texts && converted.failure == nil)
        #expect(converted.rows.count == 800)
    }

    @Test func big5AndBarsAreReadAsWell() throws {
        let big5 = try #require(Charset("big5"))
        let rows = "a,b\n編號,許功蓋\n"
        #expect(
            try FormatRun(format("big5"), big5.encode(rows), selecting: ["b"]).rows == [[.text("許功蓋")]])
        let bars = try #require(Charset("gb18030")).encode("a|b\n1|\(Self.text)\n")
        #expect(
            try FormatRun(format("gb18030", ["delimiter": "|"]), bars, selecting: ["b"]).rows == [[.text(Self.text)]])
    }

    /// However long the table is, what is converted of it at a time is not.
    @Test func noMoreThanABlockIsConvertedAtATime() throws {
        let bytes = try #require(Charset("gb18030")).encode(table(3_000))
        var (tables, largest): (Set<ObjectIdentifier>, Int) = ([], 0)
        var kept: [CSVTable] = []
        try format("gb18030").decode(RawMessage(bytes: bytes), limits: ChannelLimits()) { decoded in
            guard case .record(let record) = decoded, let row = record as? CSVRecord else { return }
            if tables.insert(ObjectIdentifier(row.table)).inserted { kept.append(row.table) }
            largest = max(largest, row.table.bytes.count)
        }
        withExtendedLifetime(kept) {}
        #expect(bytes.count > 2 << 20 && tables.count > 7)
        #expect(largest < 2 * CSVText.blockBytes, "\(largest)")
    }

    @Test func faultsHaveTheirLineAndTheirRowAlone() throws {
        var bytes = try #require(Charset("gb18030")).encode(table(900))
        let mark = Array("N-899,\"".utf8)
        let place = try #require(bytes.firstRange(of: mark))
        bytes.insert(contentsOf: [0xFF], at: place.upperBound)
        let run = try FormatRun(format("gb18030"), bytes, selecting: ["编号"])
        #expect(run.rows.count == 899 && run.codes == ["charset.invalid"])
        #expect(run.faults.first?.record == 899)
        // Two lines a row, a blank one after every seventh, and the header.
        #expect(run.faults.first?.reason.hasPrefix("line \(2 + 899 * 2 + 129):") == true, "\(run.faults)")
    }
}
