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

    private func noise(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 181 ^ $0 >> 3) } }

    @Test(arguments: [1, 2, 3, 823, 100_000])
    func whatStandsInBase64IsKeptAsBytesAndComesBackAsItStood(count: Int) throws {
        let raw = noise(count)
        let cell = PackedBase64.data(line(raw), with: raw)
        #expect(try Packed.bytes(cell) == line(raw))
        #expect(cell.count < Packed.data(line([])).count + count + 16)
    }

    @Test func whatDoesNotStandThereIsAnOrdinaryCell() throws {
        let bytes = line(noise(100))
        for raw in [[], noise(101), Array("else".utf8)] {
            #expect(PackedBase64.data(bytes, with: raw) == Packed.data(bytes))
        }
        // Without padding and with the other alphabet it is not what would be written again.
        let text = Base64.encode(noise(100))
        let other = Array(String(decoding: bytes, as: UTF8.self).replacing(text, with: text.dropLast(2)).utf8)
        #expect(try Packed.bytes(PackedBase64.data(other, with: noise(100))) == other)
    }

    @Test func foreignBytesThatBeginLikeSuchACellComeBackToo() throws {
        for bytes in [PackedBase64.marker, PackedBase64.marker + ticket, PackedBase64.marker + noise(5_000)] {
            #expect(try Packed.bytes(Packed.data(bytes)) == bytes)
        }
    }

    @Test func aDamagedCellWithBytesIsAnErrorToo() throws {
        let cell = PackedBase64.data(line(noise(500)), with: noise(500))
        for count in 4..<min(cell.count, 515) {
            #expect(throws: PackedCellError.self) { try Packed.bytes(cell.prefix(count)) }
        }
        var far = cell
        far.replaceSubrange(4..<8, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: PackedCellError.self) { try Packed.bytes(far) }
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
