import GRDB
@testable import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@Suite struct RoundTripTests {
    @Test func itemsArriveInOrderAndByteForByte() async throws {
        let border = try Border()
        let odd = #"{ "spaced" : "Ünïcode 你好 \u0007 \\ \"q\"", "n":1.50 }"#
        let range = try border.near.write { db in
            try Outbox.append([(border.item("a"), nil), (border.item("b", body: odd), nil)], to: border.stream, in: db)
        }
        #expect(range == ItemRange(producer: "external", epoch: 1, first: 1, last: 2))
        _ = try await border.outlet().step(mayAck: false)
        #expect(try await border.take().tookOne)
        #expect(try border.taken == ["a", "b"])
        #expect(
            try await border.far.read { try String.fetchOne($0, sql: "SELECT body FROM taken WHERE number = 2") } == odd
        )
        #expect(try await border.take().isNothing)
    }

    @Test func aBodyThatIsReferredToIsFetchedWhenItIsSent() async throws {
        let border = try Border()
        try border.near.write { db in
            try db.execute(sql: #"INSERT INTO source VALUES ('{"kept":"elsewhere"}')"#)
            var item = border.item("a")
            item.body = []
            try Outbox.append(item, reference: db.lastInsertedRowID, to: border.stream, in: db)
        }
        _ = try await border.outlet().step(mayAck: false)
        try await border.take()
        #expect(
            try await border.far.read { try String.fetchOne($0, sql: "SELECT body FROM taken") }
                == #"{"kept":"elsewhere"}"#)
    }

    @Test func fiveHundredItemsMakeOneBatchAndTheRestTheNext() async throws {
        let border = try Border()
        let items = (1...501).map { (item: border.item("i\($0)"), reference: Int64?.none) }
        try border.near.write { _ = try Outbox.append(items, to: border.stream, in: $0) }
        #expect(try await border.outlet().step(mayAck: false).isBusy)
        _ = try await border.outlet().step(mayAck: false)
        #expect(names(in: border.segments) == ["0001-000000000001.seg", "0001-000000000002.seg"])
        try await border.take()
        #expect(try border.taken.count == 500)
        try await border.take()
        #expect(try border.taken == (1...501).map { "i\($0)" })
    }

    @Test func largeBodiesAreSpreadOverSegmentsThatTheReaderTakes() async throws {
        let border = try Border()
        let large = #"{"t":"\#(String(repeating: "x", count: 1_000_000))"}"#
        let items = (1...6).map { (item: border.item("i\($0)", body: large), reference: Int64?.none) }
        try border.near.write { _ = try Outbox.append(items, to: border.stream, in: $0) }
        for _ in 1...2 { _ = try await border.outlet().step(mayAck: false) }
        for _ in 1...2 { #expect(try await border.take().tookOne) }
        #expect(try border.taken.count == 6)
    }

    @Test func runningPartsMoveItemsByThemselves() async throws {
        let border = try Border()
        let (outlet, inlet) = (border.outlet(), border.inlet())
        let writing = Task { try await outlet.run() }
        let arrived = Signal()
        let reading = Task {
            try await inlet.run(
                consume: { db, batch in
                    for item in batch.items {
                        try db.execute(sql: "INSERT INTO taken VALUES (1, ?, '')", arguments: [item.item.id])
                    }
                },
                taken: { _ in arrived.set() })
        }
        try border.queue("a")
        outlet.notify()
        await arrived.wait(upTo: .seconds(60))
        #expect(try border.taken == ["a"])
        writing.cancel()
        reading.cancel()
        try await writing.value
        try await reading.value
    }

    @Test(arguments: ["two\nlines", "", "[]", #"{"open":1"#])
    func aBodyThatIsNotOneObjectOnOneLineIsRefusedBeforeItIsQueued(body: String) throws {
        let border = try Border()
        #expect(throws: BoundaryError.self) {
            try border.near.write { try Outbox.append(border.item("a", body: body), to: border.stream, in: $0) }
        }
    }

    @Test(arguments: ["", "with space", "quote\"", "ümlaut", String(repeating: "x", count: 129)])
    func anIdThatIsNoNameIsRefusedBeforeItIsQueued(id: String) throws {
        let border = try Border()
        #expect(throws: BoundaryError.self) {
            try border.near.write { try Outbox.append(border.item(id, body: "{}"), to: border.stream, in: $0) }
        }
    }
}
