import GRDB
@testable import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// What a border promises, the same over every way that a batch travels.
@Suite(.postgresServer) struct WayConformanceTests {
    @Test(arguments: Way.allCases)
    func itemsArriveInOrderOnceAndByteForByte(way: Way) async throws {
        let host = try await way.host()
        let border = try Border(host.ends)
        let odd = #"{ "spaced" : "Ünïcode 你好 \u0007 \\ \"q\"", "n":1.50 }"#
        try border.near.write { db in
            _ = try Outbox.append([(border.item("odd", body: odd), nil)], to: border.stream, in: db)
            _ = try Outbox.append((1...700).map { (border.item("i\($0)"), nil) }, to: border.stream, in: db)
        }
        let outlet = border.outlet()
        while try await outlet.step(mayAck: false).isBusy {}
        let inlet = border.inlet()
        while try await border.take(inlet).tookOne {}
        #expect(try border.taken == ["odd"] + (1...700).map { "i\($0)" })
        let body = try await border.far.read { try String.fetchOne($0, sql: "SELECT body FROM taken WHERE number = 1") }
        #expect(body == odd)
        #expect(try await host.batches() == [1, 2])
    }

    @Test(arguments: Way.allCases)
    func aBatchAsLargeAsTheyComeIsTaken(way: Way) async throws {
        let border = try Border(try await way.host().ends)
        let large = #"{"t":"\#(String(repeating: "x", count: 1_000_000))"}"#
        let items = (1...4).map { (item: border.item("i\($0)", body: large), reference: Int64?.none) }
        try border.near.write { _ = try Outbox.append(items, to: border.stream, in: $0) }
        _ = try await border.outlet().step(mayAck: false)
        while try await border.take().tookOne {}
        #expect(try border.taken.count == 4)
    }

    /// A kill on either side of the moment in which the batch becomes durable.
    @Test(arguments: Way.allCases, [Files.WriteStep.created, .folderSynced])
    func aBatchThatIsRepeatedAfterACrashChangesNothing(way: Way, step: Files.WriteStep) async throws {
        let border = try Border(try await way.host().ends)
        try await border.send("before")
        try border.queue("a", "b")
        let dying = border.outlet(failpoint: { if $0 == step { throw Killed() } })
        await #expect(throws: Killed.self) { _ = try await dying.step(mayAck: false) }
        await dying.release()
        // More arrives before the restart: a second writing of the same number would differ from the first.
        try border.queue("c")
        let outlet = border.outlet()
        for _ in 1...3 { _ = try await outlet.step(mayAck: false) }
        while try await border.take().tookOne {}
        #expect(try border.taken == ["before", "a", "b", "c"])
        #expect(try await border.inlet().stop() == nil)
    }

    @Test(arguments: Way.allCases)
    func aBatchThatWasNeverFinishedIsNotThere(way: Way) async throws {
        let host = try await way.host()
        let border = try Border(host.ends)
        try await host.tear(1)
        #expect(try await border.take().isNothing)
        try await border.send("a")
        #expect(try await border.take().tookOne)
        #expect(try border.taken == ["a"])
    }

    @Test(arguments: Way.allCases)
    func whatBecomesVisibleLateIsWaitedForAndNotOvertaken(way: Way) async throws {
        let host = try await way.host()
        let border = try Border(host.ends)
        let outlet = border.outlet()
        for name in ["a", "b"] {
            try border.queue(name)
            _ = try await outlet.step(mayAck: false)
        }
        let first = try await host.take(1)
        #expect(try await border.take().isNothing)
        try await host.put(first, as: 1)
        let inlet = border.inlet()
        while try await border.take(inlet).tookOne {}
        #expect(try border.taken == ["a", "b"])
    }

    @Test(arguments: Way.allCases)
    func aBatchThatIsGoneStopsTheStreamOnceLaterOnesAreThere(way: Way) async throws {
        let host = try await way.host()
        let border = try Border(host.ends)
        let outlet = border.outlet()
        for name in ["a", "b", "c"] {
            try border.queue(name)
            _ = try await outlet.step(mayAck: false)
        }
        _ = try await host.take(2)
        try await border.take()
        let stop = try await border.stopOfARunningInlet()
        #expect(stop?.code == "boundary.gap")
        #expect(stop?.position == BatchPosition(epoch: 1, batch: 2))
        #expect(try border.taken == ["a"])
    }

    /// The way is cut in the middle of the traffic, several times.
    @Test(arguments: Way.allCases)
    func aCutLosesNothingAndDoublesNothing(way: Way) async throws {
        let host = try await way.host()
        let border = try Border(host.ends)
        let (outlet, inlet) = (border.outlet(options: .fast), border.inlet(options: .fast))
        let writing = Task { try await outlet.run() }
        let reading = Task { try await inlet.run(consume: Border.note) }
        var sent: [String] = []
        for round in 1...3 {
            for number in 1...5 {
                let name = "r\(round)-\(number)"
                try border.queue(name)
                outlet.notify()
                sent.append(name)
                if number == 1 { await eventually { try border.taken.contains(name) } }
                if number == 2 { try await host.cut() }
            }
            await eventually { outlet.currentProblem != nil }
            try await host.heal()
            await eventually { try border.taken == sent }
            await eventually { outlet.currentProblem == nil }
        }
        writing.cancel()
        reading.cancel()
        try await writing.value
        try await reading.value
        #expect(try border.taken == sent)
        #expect(try await inlet.stop() == nil)
    }

    @Test(arguments: Way.allCases)
    func aReaderThatStartsAnewGoesOnWhereItsStoreStands(way: Way) async throws {
        let border = try Border(try await way.host().ends)
        let outlet = border.outlet()
        for name in ["a", "b", "c"] {
            try border.queue(name)
            _ = try await outlet.step(mayAck: false)
            try await border.take(border.inlet())
        }
        #expect(try await border.take(border.inlet()).isNothing)
        #expect(try border.taken == ["a", "b", "c"])
    }

    @Test(arguments: Way.answering)
    func whatIsAcknowledgedGoesAndWhatIsNotStays(way: Way) async throws {
        let host = try await way.host()
        let border = try Border(host.ends)
        let outlet = border.outlet()
        func send(_ name: String) async throws {
            try border.queue(name)
            _ = try await outlet.step(mayAck: false)
        }
        try await send("a")
        try await host.letGo()
        #expect(try await host.batches() == [1], "nobody has acknowledged it")
        try await border.take()
        _ = try await border.answerOutlet().step(mayAck: true)
        _ = try await border.answerInlet().step(prepare: { _ in }, consume: { _, _, _ in })
        _ = try await outlet.step(mayAck: false)
        try await host.letGo()
        #expect(try await host.batches().isEmpty)
        // The days that are gone took the acknowledgements of earlier ones with them, and that changes nothing.
        try await send("b")
        try await host.letGo()
        #expect(try await host.batches() == [2])
        try await border.take()
        #expect(try border.taken == ["a", "b"])
    }

    @Test(arguments: Way.allCases)
    func aForeignWriterIsFoundOut(way: Way) async throws {
        let border = try Border(try await way.host().ends)
        try border.queue("a")
        _ = try await border.outlet(key: Border.strangerKey).step(mayAck: false)
        #expect(try await border.take().stopCode == "boundary.bad-signature")
        #expect(try border.taken.isEmpty)
    }

    @Test(arguments: Way.allCases)
    func aTamperedBatchStopsTheStreamAndNothingOfItIsTaken(way: Way) async throws {
        let host = try await way.host()
        let border = try Border(host.ends)
        try await border.send("a", "b")
        try await host.tamper(1)
        let code = try await border.take().stopCode
        #expect(["boundary.bad-root", "boundary.malformed"].contains(code), "\(code ?? "none")")
        #expect(try border.taken.isEmpty)
        // The batch is whole again, but nobody has resumed the stream.
        try await host.tamper(1)
        #expect(try await border.take().stopCode == code)
        try await border.inlet().resume()
        #expect(try await border.take().tookOne)
        #expect(try border.taken == ["a", "b"])
    }

    @Test(arguments: Way.allCases)
    func aBatchUnderAnotherNumberIsRefused(way: Way) async throws {
        let host = try await way.host()
        let border = try Border(host.ends)
        try await border.send("a")
        try await border.take()
        let first = try await host.take(1)
        try await host.put(first, as: 2)
        #expect(try await border.take().stopCode == "boundary.wrong-batch")
        #expect(try border.taken == ["a"])
    }

    @Test(arguments: Way.allCases)
    func aSecondProcessWithTheSameKeyWritesNothingAndSaysWhy(way: Way) async throws {
        let host = try await way.host()
        let border = try Border(host.ends)
        try border.near.checkpoint()
        try writeFile(readFile(border.folder("near.db")), border.folder("copy.db"))
        let copy = try Store(path: border.folder("copy.db"), schema: Border.schema(border.stream))
        let (first, second) = (border.outlet(options: .fast), border.outlet(store: copy, options: .fast))
        try border.queue("a")
        let running = Task { try await first.run() }
        await eventually { try await host.batches() == [1] }
        try copy.write { _ = try Outbox.append([(border.item("b"), nil)], to: border.stream, in: $0) }
        let other = Task { try await second.run() }
        await eventually { second.currentProblem?.contains("boundary.second-writer") == true }
        #expect(first.currentProblem == nil)
        #expect(try await host.batches() == [1])

        // The first ends: the second may write, and finds that its store is not the one behind these batches.
        running.cancel()
        try await running.value
        await eventually { second.currentProblem?.contains("boundary.store-behind") == true }
        other.cancel()
        try await other.value
        #expect(try await border.take().tookOne)
        #expect(try border.taken == ["a"])
    }

    @Test(arguments: Way.allCases)
    func aStoreOlderThanItsBatchesWritesNothingUntilItsEpochIsRaisedAndApproved(way: Way) async throws {
        let border = try Border(try await way.host().ends)
        let outlet = border.outlet()
        func send(_ name: String) async throws {
            try border.queue(name)
            _ = try await outlet.step(mayAck: false)
        }
        try await send("a")
        try border.near.checkpoint()
        try writeFile(readFile(border.folder("near.db")), border.folder("restored.db"))
        try await send("lost")
        await outlet.release()
        for _ in 1...2 { try await border.take() }

        let restored = try Store(path: border.folder("restored.db"), schema: Border.schema(border.stream))
        try restored.write { _ = try Outbox.append([(border.item("new"), nil)], to: border.stream, in: $0) }
        let again = border.outlet(store: restored)
        await #expect { _ = try await again.step(mayAck: false) } throws: { error in
            ["boundary.store-behind", "boundary.foreign-segment"].contains((error as? BoundaryError)?.code)
        }
        try restored.write { try Outbox.raiseEpoch(of: border.stream, in: $0) }
        _ = try await again.step(mayAck: false)
        #expect(try await border.stopOfARunningInlet()?.code == "boundary.epoch-raised")
        #expect(try border.taken == ["a", "lost"])
        try await border.inlet().resume()
        try await border.take()
        #expect(try border.taken == ["a", "lost", "a", "new"])
    }
}
