import GRDB
import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceInternal

/// Each damage of the index is seen by `sluice store check`.
@Suite struct TicketIndexCheckTests {
    private func bench() throws -> IndexBench {
        let bench = try IndexBench()
        for number in 1...14 { try bench.admit("A-\(number)") }
        try bench.extend()
        #expect(bench.index.size == (3, 2))
        #expect(try bench.findings() == [])
        return bench
    }

    @Test(arguments: [
        ("DELETE FROM ticket_key WHERE ticket = 6", ["index.key"]),
        ("UPDATE ticket_key SET key = key + 1 WHERE ticket = 6", ["index.key", "index.stranger"]),
        ("INSERT INTO ticket_key (run, key, ticket) VALUES (2, 9, 6)", ["index.stranger"]),
        ("INSERT INTO ticket_key (run, key, ticket) VALUES (9, 9, 6)", ["index.run"]),
        ("DELETE FROM ticket_run WHERE id = 2", ["index.gap", "index.run"]),
        ("UPDATE ticket_run SET first = first + 1 WHERE id = 2", ["index.gap", "index.stranger"]),
        ("UPDATE ticket_run SET filter = x'00' WHERE id = 2", ["index.filter"]),
        ("UPDATE ticket SET ticket_id = 'another' WHERE id = 6", ["index.filter", "index.key", "index.stranger"]),
        ("UPDATE ticket SET ticket_id = (SELECT ticket_id FROM ticket WHERE id = 13) WHERE id = 14", ["ticket.twice"]),
    ])
    func damageIsNamed(sql: String, codes: [String]) throws {
        let bench = try bench()
        try bench.execute(sql)
        #expect(try bench.findings() == codes)
    }

    /// In the last run or behind it, of the first run, across the two: where an index in memory cannot know.
    @Test(arguments: [1, 12, 14])
    func aTicketThatStandsTwiceIsSeen(row: Int64) throws {
        let bench = try bench()
        try bench.execute(
            """
            INSERT INTO ticket (ticket_id, number, channel, external_id, day, admitted_at, revision, latest, status, owner)
            SELECT ticket_id, number, channel, external_id, day, admitted_at, revision, latest, status, owner
            FROM ticket WHERE id = ?
            """, [row])
        #expect(try bench.findings() == ["ticket.twice"])
    }

    private func put(_ filter: [UInt8], _ bench: IndexBench) throws {
        try bench.execute("UPDATE ticket_run SET filter = ? WHERE id = 2", [Blob.data(filter)])
    }

    /// Each bit that one of its tickets needs.
    @Test func aFilterThatLostABitLetsNoTicketInTwiceAndIsNamed() throws {
        let bench = try bench()
        let whole = try bench.store.read { db in
            try Row.fetchOne(db, sql: "SELECT filter FROM ticket_run WHERE id = 2").map { Blob.bytes($0, 0) } ?? []
        }
        let names = (1...14).map { "A-\($0)" }
        var dropped = 0
        for place in 0..<64 {
            for bit in 0..<8 where whole[place] & (1 << bit) != 0 {
                var bytes = whole
                bytes[place] ^= 1 << bit
                try put(bytes, bench)
                #expect(try bench.findings() == ["index.filter"])
                let again = try IndexBench(folder: bench.folder)
                #expect(try again.found(names) == names)
                try again.store.write { try again.admit(names, $0) }
                #expect(try again.stored() == names)
                try again.store.close()
                dropped += 1
            }
        }
        #expect(dropped > 7, "four tickets set seven bits each, some of them the same")
        try put(whole, bench)
        #expect(try bench.findings() == [])
    }

    @Test func aFilterThatIsNoneHidesNoTicket() throws {
        let bench = try bench()
        try bench.execute("UPDATE ticket_run SET filter = x'00'")
        let again = try IndexBench(folder: bench.folder)
        for number in 1...14 { try again.admit("A-\(number)") }
        #expect(try again.stored().count == 14)
    }

    /// The control: with a filter that is whole and hides its tickets each is admitted again, and the check says so.
    @Test func anEmptyFilterWouldLetTicketsInTwiceAndIsSeen() throws {
        let bench = try bench()
        try put(KeyFilter([]).bytes, bench)
        let again = try IndexBench(folder: bench.folder)
        for number in 1...14 { try again.admit("A-\(number)") }
        #expect(try again.stored().count == 18)
        #expect(try bench.findings() == ["index.filter", "ticket.twice"])
    }
}
