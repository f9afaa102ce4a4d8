import Foundation
import GRDB
@testable import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// A border with a link that carries files one way, and loses, repeats and reorders them.
@Suite struct LinkTests {
    private let border: Border
    private let folder = TemporaryFolder()
    private let link: String
    private let day = OneWay(history: .seconds(86_400), interval: .zero)

    init() throws {
        link = folder("link")
        border = try Border(Ends(link: folder("link"), back: folder("back"), day))
    }

    /// - Parameter age: how long after the border's time it is.
    private func outlet(after age: Int64 = 0) -> Outlet {
        let now = border.time.adding(.seconds(age))
        return Outlet(
            stream: border.stream, to: border.ends.nearOut, store: border.near, key: Border.nearKey, logger: quiet,
            clock: { now })
    }

    private func send(_ names: String..., after age: Int64 = 0) async throws {
        for name in names {
            try border.queue(name)
            _ = try await outlet(after: age).step(mayAck: false)
        }
    }

    private var kept: String { link + ".kept" }
    private func name(_ batch: Int, epoch: Int = 1) -> String {
        SegmentName.text(BatchPosition(epoch: epoch, batch: batch))
    }
    private func path(_ batch: Int, epoch: Int = 1) -> String { link + "/" + name(batch, epoch: epoch) }

    /// A batch that no repetition will bring: older than the history.
    private func lose(_ batch: Int) throws {
        try remove(path(batch))
        try remove(kept + "/" + name(batch))
    }

    private func running<Value>(_ inlet: Inlet, _ body: () async throws -> Value) async throws -> Value {
        let task = Task { try await inlet.run(consume: Border.note) }
        defer { task.cancel() }
        return try await body()
    }

    private func untilGap(_ inlet: Inlet) async { await eventually { try await inlet.stop()?.code == ChainBreak.gap } }

    // MARK: The writer

    @Test func whatTheLinkTookAwayIsLaidOutAgain() async throws {
        try await send("a", "b")
        try remove(path(1))
        try await outlet().refresh()
        #expect(names(in: link) == [name(1), name(2)])
        #expect(try readFile(path(1)) == readFile(kept + "/" + name(1)))
        // Whatever the link puts in its place, ours is whole.
        try remove(path(2))
        try writeFile(Array("half".utf8), path(2))
        #expect(try readFile(kept + "/" + name(2)).count > 100)
    }

    @Test func aRepetitionIsDueAfterItsIntervalAndNotBefore() async throws {
        let shelf = LinkShelf(
            stream: border.stream, folder: link, link: OneWay(history: .seconds(86_400), interval: .seconds(3600)),
            failpoint: { _ in })
        try await send("a")
        try remove(path(1))
        try await shelf.refresh()
        #expect(names(in: link) == [name(1)], "a process that starts lays everything out")
        try remove(path(1))
        try await shelf.refresh()
        #expect(names(in: link).isEmpty)
    }

    @Test func aBatchThatWasWrittenBeforeAKillIsTakenUpAndLaidOut() async throws {
        try await send("a")
        // As if the process had died before it recorded the batch, and the link had not got its name yet.
        try await border.near.commit {
            try $0.execute(sql: "DELETE FROM outlet_sent")
            try $0.execute(
                sql: "UPDATE outlet SET batch = 0, head = zeroblob(32), item_head = zeroblob(32), cursor = 0")
        }
        try remove(path(1))
        _ = try await outlet().step(mayAck: false)
        #expect(names(in: link) == [name(1)])
        try await border.take()
        #expect(try border.taken == ["a"])
    }

    @Test func historyEndsByAgeAndNotByAcknowledgement() async throws {
        try await send("a")
        try await send("b", after: 80_000)
        #expect(names(in: kept) == [name(1), name(2)])
        _ = try await outlet(after: 90_000).step(mayAck: false)
        #expect(names(in: kept) == [name(2)] && names(in: link) == [name(2)])
        #expect(try await border.near.read { try Int.fetchOne($0, sql: "SELECT settled FROM outlet") } == 1)
    }

    @Test func whatIsForgottenIsNotPromisedAgain() async throws {
        try await send("a")
        _ = try await outlet(after: 90_000).step(mayAck: false)
        let later = border.time.adding(.seconds(90_001))
        try await border.near.commit { [border] db in
            _ = try Outbox.forget(border.stream, acknowledgedBefore: later, limit: 10, in: db)
        }
        await #expect(throws: BoundaryError.self) {
            try await border.near.commit { [border] in
                try Outbox.resend(border.stream, since: border.time, at: later, in: $0)
            }
        }
    }

    @Test func batchesOfAnEpochThatWasLeftBehindGoWhenTheNextOneIsOldEnough() async throws {
        try await send("a", "b")
        try await resend(after: 10)
        #expect(names(in: kept) == [name(1), name(2), name(1, epoch: 2)])
        _ = try await outlet(after: 90_000).step(mayAck: false)
        #expect(names(in: kept).isEmpty && names(in: link).isEmpty)
    }

    // MARK: The reader

    @Test func batchesThatComeInAnyOrderAndOftenAreTakenOnceInOrder() async throws {
        let sent = (1...12).map { "i\($0)" }
        for name in sent { try await send(name) }
        let files = try (1...12).map { try readFile(path($0)) }
        for batch in 1...12 { try remove(path(batch)) }
        var generator = SystemRandomNumberGenerator()
        try await running(border.inlet(options: Self.unhurried)) {
            // Each three times, in any order.
            for batch in (0..<36).map({ $0 % 12 + 1 }).shuffled(using: &generator) {
                try bring(files[batch - 1], as: batch)
            }
            await eventually { try border.taken.count == 12 }
            // It clears away what it has, and what comes once more.
            await eventually { names(in: link).isEmpty }
            try bring(files[3], as: 4)
            await eventually { names(in: link).isEmpty }
        }
        #expect(try border.taken == sent)
        #expect(try await border.inlet().stop() == nil)
    }

    @Test func aMissingBatchThatComesLateEndsTheGapByItself() async throws {
        try await send("a", "b", "c")
        try remove(path(2))
        let inlet = border.inlet(options: .fast)
        try await running(inlet) {
            await untilGap(inlet)
            #expect(try border.taken == ["a"])
            // The repetition.
            try await outlet().refresh()
            await eventually { try border.taken.count == 3 }
        }
        #expect(try border.taken == ["a", "b", "c"])
        #expect(try await border.inlet().stop() == nil)
        #expect(try await gaps().isEmpty)
    }

    /// The control of the above: the history is shorter than the loss, and no repetition helps.
    @Test func aGapOlderThanTheHistoryStaysAndNamesWhatIsMissing() async throws {
        try await send("a", "b")
        try await send("c", after: 80_000)
        try remove(path(2))
        _ = try await outlet(after: 90_000).step(mayAck: false)
        let inlet = border.inlet(options: .fast)
        // What lies on the link beyond its writer's history is the link's.
        try await running(inlet) {
            await untilGap(inlet)
            for _ in 1...3 { try await outlet(after: 90_000).refresh() }
            #expect(try await inlet.stop()?.position == BatchPosition(epoch: 1, batch: 1))
            let gap = try await inlet.skipGap(by: "Zhang Min")
            #expect(gap.batches == 1...2 && gap.items == 1...2)
            #expect(
                gap.description
                    == "external-relay: batches 1/1 to 1/2 never came, with items 1 to 2 of its producer")
            await eventually { try border.taken == ["c"] }
            #expect(try await gaps() == [gap])
        }
    }

    @Test func aGapThatIsGivenUpIsRecordedAndWhatWasInItCanBeSentAgain() async throws {
        try await send("a", "b", "c")
        try lose(2)
        let inlet = border.inlet(options: .fast)
        let gap = try await running(inlet) {
            await untilGap(inlet)
            let gap = try await inlet.skipGap(by: "Zhang Min")
            await eventually { try border.taken.count == 2 }
            return gap
        }
        #expect(gap.batches == 2...2 && gap.items == 2...2)
        #expect(try border.taken == ["a", "c"])
        #expect(try await gaps() == [gap])

        // The writer begins a new epoch, which a person approves; the far side knows the rest by its ids.
        #expect(try await resend() == 3)
        try await running(inlet) {
            await eventually { try await inlet.stop()?.code == ChainBreak.epochRaised }
            try await inlet.resume()
            await eventually { try border.taken.contains("b") }
        }
        #expect(try border.taken == ["a", "c", "a", "b", "c"])
    }

    @Test func aNewEpochBehindAGapIsWhatAPersonIsAskedFor() async throws {
        try await send("a", "b", "c")
        try lose(2)
        let inlet = border.inlet(options: .fast)
        try await running(inlet) {
            await untilGap(inlet)
            try await resend()
            await eventually { try await inlet.stop()?.code == ChainBreak.epochRaised }
            try await inlet.resume()
            await eventually { try border.taken.count == 4 }
        }
        #expect(try border.taken == ["a", "a", "b", "c"])
    }

    @Test func behindAGapWithoutItemsTheCountGoesOn() async throws {
        try await send("a")
        try await receipt()
        try await receipt()
        try await send("b")
        try lose(2)
        let inlet = border.inlet(options: .fast)
        try await running(inlet) {
            await untilGap(inlet)
            let gap = try await inlet.skipGap(by: "Zhang Min")
            #expect(gap.batches == 2...2 && gap.items == nil)
            await eventually { try border.taken == ["a", "b"] }
        }
    }

    @Test func whereNothingBehindTheGapHasAnItemItIsNotGivenUp() async throws {
        try await send("a", "b")
        try await receipt()
        try lose(2)
        let inlet = border.inlet(options: .fast)
        try await running(inlet) {
            await untilGap(inlet)
            await #expect(throws: BoundaryError.self) { try await inlet.skipGap(by: "Zhang Min") }
        }
        #expect(try await gaps().isEmpty)
    }

    @Test func onlyAGapCanBeSkipped() async throws {
        try await send("a")
        try await border.take()
        await #expect(throws: BoundaryError.self) { try await border.inlet().skipGap(by: "nobody") }
    }

    @Test func aForgedBatchBehindAGapIsNoWayAroundIt() async throws {
        try await send("a", "b", "c")
        try await border.take()
        try lose(2)
        var forged = try readFile(path(3))
        forged[forged.count / 2] ^= 1
        try remove(path(3))
        try writeFile(forged, path(3))
        let inlet = border.inlet(options: .fast)
        try await running(inlet) {
            await untilGap(inlet)
            await #expect(throws: ChainBreak.self) { try await inlet.skipGap(by: "Zhang Min") }
        }
        #expect(try border.taken == ["a"])
    }

    // MARK: Steps

    /// Nobody is in a hurry to call a batch missing.
    private static let unhurried: InletOptions = {
        var options = InletOptions.fast
        options.gapPatience = .seconds(3600)
        return options
    }()

    /// As a link does: whole files, over what may lie there.
    private func bring(_ bytes: [UInt8], as batch: Int) throws {
        try writeFile(bytes, path(batch) + ".tmp")
        try #require(rename(path(batch) + ".tmp", path(batch)) == 0)
    }

    private func gaps() async throws -> [InletGap] { try await border.far.read { try Inlet.gaps(in: $0) } }

    /// A batch that has no items.
    private func receipt() async throws {
        try await border.near.commit { [border] db in
            try Outbox.append(
                Receipt(range: ItemRange(producer: "relay", epoch: 1, first: 1, last: 1), at: border.time),
                to: border.stream, in: db)
        }
        _ = try await outlet().step(mayAck: false)
    }

    @discardableResult
    private func resend(after age: Int64 = 0) async throws -> Int {
        let time = border.time.adding(.seconds(age))
        let count = try await border.near.commit { [border] in
            try Outbox.resend(border.stream, since: border.time, at: time, in: $0)
        }
        _ = try await outlet(after: age).step(mayAck: false)
        return count
    }
}
