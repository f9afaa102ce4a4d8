import GRDB
@testable import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@Suite struct CrashTests {
    /// A kill between any two steps of a write, then a restart: the same items, once each.
    @Test(arguments: Files.WriteStep.allCases)
    func aWriteThatIsKilledIsMadeGood(step: Files.WriteStep) async throws {
        let border = try Border()
        try await border.send("before")
        try border.queue("a", "b")
        let dying = border.outlet(failpoint: { if $0 == step { throw Killed() } })
        await #expect(throws: Killed.self) { _ = try await dying.step(mayAck: false) }
        // More arrives before the restart: a second writing of the same number would differ from the first.
        try border.queue("c")
        for _ in 1...3 { _ = try await border.outlet().step(mayAck: false) }
        for _ in 1...4 { try await border.take() }
        #expect(try border.taken == ["before", "a", "b", "c"])
        #expect(try await border.inlet().stop() == nil)
    }

    @Test func aSegmentThatWasTakenBeforeItsWriterRecordedItIsNotWrittenTwice() async throws {
        let border = try Border()
        try border.queue("a")
        let dying = border.outlet(failpoint: { if $0 == .folderSynced { throw Killed() } })
        await #expect(throws: Killed.self) { _ = try await dying.step(mayAck: false) }
        try await border.take()
        try border.queue("b")
        for _ in 1...2 { _ = try await border.outlet().step(mayAck: false) }
        try await border.take()
        #expect(try border.taken == ["a", "b"])
        #expect(names(in: border.segments) == ["0001-000000000001.seg", "0001-000000000002.seg"])
    }

    @Test func aConsumerThatFailsLeavesTheBatchForTheNextTry() async throws {
        let border = try Border()
        try await border.send("a")
        let inlet = border.inlet()
        await #expect(throws: Killed.self) {
            _ = try await inlet.step(
                prepare: { _ in },
                consume: { db, _, _ in
                    try db.execute(sql: "INSERT INTO taken VALUES (1, 'half', '')")
                    throw Killed()
                })
        }
        #expect(try border.taken.isEmpty)
        try await border.take()
        #expect(try border.taken == ["a"])
    }

    @Test func acknowledgedSegmentsAreRemovedAndOthersAreNot() async throws {
        let border = try Border()
        try await border.send("a")
        try await border.take()
        try await border.send("b")
        #expect(try await border.answerOutlet().step(mayAck: false).owesAck)
        #expect(names(in: border.answers).isEmpty, "an acknowledgement waits for something to travel with")
        _ = try await border.answerOutlet().step(mayAck: true)
        _ = try await border.answerInlet().step(prepare: { _ in }, consume: { _, _, _ in })
        _ = try await border.outlet().step(mayAck: false)
        #expect(names(in: border.segments) == ["0001-000000000002.seg"])
    }

    @Test func anEmptyBatchIsNotAnsweredByAnother() async throws {
        let border = try Border()
        try await border.send("a")
        try await border.take()
        _ = try await border.answerOutlet().step(mayAck: true)
        #expect(names(in: border.answers).count == 1)
        _ = try await border.answerInlet().step(prepare: { _ in }, consume: { _, _, _ in })
        let step = try await border.outlet().step(mayAck: true)
        #expect(!step.owesAck)
        #expect(names(in: border.segments).isEmpty)
        _ = try await border.answerOutlet().step(mayAck: true)
        #expect(names(in: border.answers).count == 1)
    }

    @Test func receiptsLeaveTheOutboxWhenTheyAreForgottenAndItemsStayUntilPruned() async throws {
        let border = try Border()
        let range = try border.queue("a")
        try border.near.write { db in
            try Outbox.append(Receipt(range: range, at: border.time), to: border.stream, in: db)
        }
        func forget(_ time: Timestamp) async throws -> Int {
            try await border.near.commit {
                try Outbox.forget(border.stream, acknowledgedBefore: time, limit: 10, in: $0)
            }
        }
        _ = try await border.outlet().step(mayAck: false)
        #expect(try await forget(border.time.adding(.seconds(60))) == 0, "not acknowledged yet")
        try await border.take()
        _ = try await border.answerOutlet().step(mayAck: true)
        _ = try await border.answerInlet().step(prepare: { _ in }, consume: { _, _, _ in })
        _ = try await border.outlet().step(mayAck: false)
        #expect(try await forget(border.time) == 0, "acknowledged just now")
        #expect(try await border.near.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM outbox") } == 2)
        #expect(try await forget(border.time.adding(.seconds(1))) == 1)
        #expect(try await border.near.read { try Outbox.items(range, of: border.stream, in: $0) }.map(\.id) == ["a"])
        #expect(try await border.near.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM outbox") } == 1)
        try border.near.write { try Outbox.prune(range, of: border.stream, in: $0) }
        #expect(try await border.near.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM outbox") } == 0)
    }

    @Test func aStoreOlderThanItsSegmentsWritesNothingUntilItsEpochIsRaisedAndApproved() async throws {
        let border = try Border()
        try await border.send("a")
        try border.near.checkpoint()
        try writeFile(readFile(border.folder("near.db")), border.folder("restored.db"))
        try await border.send("lost")
        for _ in 1...2 { try await border.take() }

        let restored = try Store(path: border.folder("restored.db"), schema: Border.schema(border.stream))
        try restored.write { _ = try Outbox.append([(border.item("new"), nil)], to: border.stream, in: $0) }
        let outlet = border.outlet(store: restored)
        // "new" would get the number of "lost": the segment that stands there is this outlet's own, yet not its store's.
        await #expect { _ = try await outlet.step(mayAck: false) } throws: { error in
            ["boundary.store-behind", "boundary.foreign-segment"].contains((error as? BoundaryError)?.code)
        }
        try restored.write { try Outbox.raiseEpoch(of: border.stream, in: $0) }
        _ = try await outlet.step(mayAck: false)
        #expect(names(in: border.segments).last == "0002-000000000001.seg")

        var options = InletOptions()
        (options.gapPatience, options.look, options.poll, options.retry) = (
            .zero, .zero, .milliseconds(1), .milliseconds(1)
        )
        let inlet = border.inlet(options: options)
        let running = Task { try await inlet.run(consume: { _, _ in }) }
        var stop: ChainBreak?
        for _ in 0..<1000 where stop == nil {
            stop = try await inlet.stop()
            try await Task.sleep(for: .milliseconds(5))
        }
        running.cancel()
        try await running.value
        #expect(stop?.code == "boundary.epoch-raised")
        #expect(try border.taken == ["a", "lost"])
        try await inlet.resume()
        try await border.take()
        // What was not acknowledged comes again, under its own id, and then what is new.
        #expect(try border.taken == ["a", "lost", "a", "new"])
    }

    /// The same key and a copy of the same store, into the same folder.
    @Test func aSecondProcessWithTheSameKeyWritesNothingAndSaysWhy() async throws {
        let border = try Border()
        try border.near.checkpoint()
        try writeFile(readFile(border.folder("near.db")), border.folder("copy.db"))
        let copy = try Store(path: border.folder("copy.db"), schema: Border.schema(border.stream))
        let (first, second) = (border.outlet(), border.outlet(store: copy))
        try border.queue("a")
        let running = Task { try await first.run() }
        for _ in 0..<500 where !names(in: border.segments).contains("0001-000000000001.seg") {
            try await Task.sleep(for: .milliseconds(10))
        }
        try copy.write { _ = try Outbox.append([(border.item("b"), nil)], to: border.stream, in: $0) }
        let other = Task { try await second.run() }
        for _ in 0..<500 where second.currentProblem == nil { try await Task.sleep(for: .milliseconds(10)) }
        #expect(second.currentProblem?.contains("boundary.second-writer") == true)
        #expect(first.currentProblem == nil)
        #expect(names(in: border.segments) == ["0001-000000000001.seg"])

        // The first ends: the second may write, and finds that its store is not the one behind these segments.
        running.cancel()
        try await running.value
        for _ in 0..<500 where second.currentProblem?.contains("second-writer") == true {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(second.currentProblem?.contains("boundary.store-behind") == true, "\(second.currentProblem ?? "")")
        other.cancel()
        try await other.value
        #expect(try await border.take().tookOne)
        #expect(try border.taken == ["a"])
        #expect(try await copy.read { try String.fetchAll($0, sql: "SELECT item_id FROM outbox") } == ["b"])
    }
}
