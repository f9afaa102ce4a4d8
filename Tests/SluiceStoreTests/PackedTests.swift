import Foundation
import GRDB
import SluiceSDK
import SluiceTesting
import Testing

@testable import SluiceStore

@Suite struct PackedTests {
    private let ticket = Array(
        #"""
        {"schema_version":"1","ticket_id":"vexpx2xdjvhh22mdabr2i6zadk","revision":1,"jurisdiction_id":"370400","channel_id":"bench","external_id":"B-1000000000","received_at":"2026-11-21T17:18:21.811+08:00","title":"路灯","description":"光明路与文化路交叉口路灯已经连续多日不亮，请尽快处理。","urgency":"normal"}
        """#.utf8)

    @Test func whatIsPackedComesBackToTheLastByte() throws {
        var numbers = SystemRandomNumberGenerator()
        let noise = (0..<20_000).map { _ in UInt8.random(in: 0...255, using: &numbers) }
        let cases = [
            [], [0x7B], ticket, ticket + ticket, noise, Array(repeating: 0x41, count: 1 << 20),
            // Looks like a packed cell and is foreign bytes.
            [0xFC, 0x01], [0xFC, 0x01] + ticket, [0xFC, 0x01] + noise,
        ]
        for bytes in cases { #expect(try Packed.bytes(Packed.data(bytes)) == bytes) }
    }

    @Test func aTicketIsKeptInLessThanHalfOfItsBytes() {
        let text = "光明路与文化路交叉口路灯已经连续多日不亮，老人和孩子夜里出行不便，多次向社区反映没有结果，请相关部门核实后回复。"
        let long = Array(String(decoding: ticket, as: UTF8.self).replacing("请尽快处理", with: text + text).utf8)
        #expect(Packed.data(long).count * 2 < long.count)
    }

    @Test func aCellThatWasWrittenPlainIsReadAsItIs() throws {
        #expect(try Packed.bytes(Data(ticket)) == ticket)
    }

    @Test func aDamagedCellIsAnErrorAndNotOtherBytes() throws {
        let cell = Packed.data(ticket)
        #expect(throws: PackedCellError.self) { try Packed.bytes(Data([0xFC, 0x01])) }
        #expect(throws: PackedCellError.self) { try Packed.bytes(cell.dropLast(9)) }
        #expect(throws: PackedCellError.self) { try Packed.bytes(cell.prefix(2) + Data(ticket)) }
    }

    /// Cells of a store stay readable only as long as these bytes stay.
    @Test func theDictionaryIsTheOneThatStoresWerePackedWith() {
        #expect(
            Hex.encode(SHA256.hash(PackDictionary.bytes))
                == "bf4a657518b32915c765148438c653f61a561af884284db2d76beedff54f4f01")
    }

    /// A line of an item with a sealed part.
    private func line(_ raw: [UInt8]) -> [UInt8] {
        Array(#"{"type":"item","sealed":"\#(Base64.encode(raw))","body":"#.utf8) + ticket + Array("}".utf8)
    }

    /// Of the sealed part in `line`.
    private func span(_ raw: [UInt8]) -> EncodedSpan { EncodedSpan(.base64, at: offset, raw) }
    private let offset = #"{"type":"item","sealed":""#.utf8.count

    private func noise(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 181 ^ $0 >> 3) } }

    @Test(arguments: [1, 2, 3, 823, 100_000])
    func whatStandsInBase64IsKeptAsBytesAndComesBackAsItStood(count: Int) throws {
        let raw = noise(count)
        let cell = PackedSpans.cell(line(raw), [span(raw)])
        #expect(try Packed.bytes(Data(cell)) == line(raw))
        #expect(cell.count < Packed.data(line([])).count + count + 16)
    }

    @Test func severalPiecesAreKeptAsBytes() throws {
        let digest = noise(32)
        let bytes = Array((Hex.encode(digest) + Hex.encode(digest) + "und" + Base64.encode(digest)).utf8)
        let spans = [
            EncodedSpan(.hex, at: 0, digest), EncodedSpan(.hex, at: 64, digest), EncodedSpan(.base64, at: 131, digest),
        ]
        let cell = PackedSpans.cell(bytes, spans)
        #expect(cell.count == 131)
        #expect(try Packed.bytes(Data(cell)) == bytes)
        // One that lies within another stays text.
        #expect(try Packed.bytes(Data(PackedSpans.cell(bytes, [spans[0], EncodedSpan(.hex, at: 2, digest)]))) == bytes)
    }

    /// As cells with one piece in base64 were written before.
    @Test func anOlderCellIsRead() throws {
        let raw = noise(300)
        func number(_ number: Int) -> [UInt8] { withUnsafeBytes(of: UInt32(number).bigEndian) { Array($0) } }
        let rest = Packed.cell(line([]))
        let cell = PackedBase64.marker + number(offset) + number(raw.count) + raw + rest
        #expect(try Packed.bytes(Data(cell)) == line(raw))
        for count in 4..<300 { #expect(throws: PackedCellError.self) { try Packed.bytes(Data(cell.prefix(count))) } }
    }

    @Test func whatDoesNotStandThereIsAnOrdinaryCell() throws {
        let bytes = line(noise(100))
        for raw in [[], noise(101), Array("else".utf8)] {
            #expect(PackedSpans.cell(bytes, [span(raw)]) == Packed.cell(bytes))
        }
        #expect(PackedSpans.cell(bytes, [EncodedSpan(.base64, at: bytes.count, noise(3))]) == Packed.cell(bytes))
        // Without padding and with the other alphabet it is not what would be written again.
        let text = Base64.encode(noise(100))
        let other = Array(String(decoding: bytes, as: UTF8.self).replacing(text, with: text.dropLast(2)).utf8)
        #expect(try Packed.bytes(Data(PackedSpans.cell(other, [span(noise(100))]))) == other)
    }

    @Test func foreignBytesThatBeginLikeSuchACellComeBackToo() throws {
        for marker in [PackedBase64.marker, PackedSpans.marker] {
            for bytes in [marker, marker + ticket, marker + noise(5_000)] {
                #expect(try Packed.bytes(Packed.data(bytes)) == bytes)
            }
        }
    }

    @Test func aDamagedCellWithBytesIsAnErrorToo() throws {
        let cell = PackedSpans.cell(line(noise(500)), [span(noise(500))])
        for count in 4..<min(cell.count, 515) {
            #expect(throws: PackedCellError.self) { try Packed.bytes(Data(cell.prefix(count))) }
        }
        for place in [5, 6, 10] {
            var far = cell
            far.replaceSubrange(place..<place + 4, with: [0xFF, 0xFF, 0xFF, 0xFF])
            #expect(throws: PackedCellError.self) { try Packed.bytes(Data(far)) }
        }
    }

    @Test func sqlLooksIntoPackedCells() throws {
        let folder = TemporaryFolder()
        let schema = StoreSchema(
            name: "packed", applicationID: 7,
            migrations: [StoreMigration("1", "CREATE TABLE cell (id INTEGER PRIMARY KEY, bytes BLOB) STRICT")])
        let store = try Store(path: folder("packed.db"), schema: schema)
        try store.write { db in
            for cell in [Packed.data(ticket), Data(), nil] {
                try db.execute(sql: "INSERT INTO cell (bytes) VALUES (?)", arguments: [cell])
            }
        }
        let sql = "SELECT instr(unpacked(bytes), CAST('路灯' AS BLOB)) > 0 FROM cell ORDER BY id"
        #expect(try store.read { try Bool?.fetchAll($0, sql: sql) } == [true, false, nil])
        #expect(
            try StoreReader(path: store.path, schema: schema).read { try Bool?.fetchAll($0, sql: sql) }
                == [true, false, nil])
        try store.close()
    }
}
