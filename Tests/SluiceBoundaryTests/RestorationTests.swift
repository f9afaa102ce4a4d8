import GRDB
@testable import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// One end of a border loses its store and goes on with a backup.
@Suite struct RestorationTests {
    private static let fast: InletOptions = {
        var options = InletOptions()
        (options.gapPatience, options.look, options.poll) = (.zero, .zero, .milliseconds(1))
        options.retry = .milliseconds(1)
        return options
    }()

    /// The far store as it is now, opened as another one: a backup, restored at once or later.
    private func copyOfFar(_ border: Border, _ name: String) throws -> Store {
        try border.far.checkpoint()
        try writeFile(readFile(border.folder("far.db")), border.folder(name))
        return try Store(path: border.folder(name), schema: Border.schema(border.stream.opposite))
    }

    private func inlet(_ border: Border, _ store: Store) -> Inlet {
        Inlet(
            stream: border.stream, from: .folder(border.segments), store: store, key: Border.nearKey.verifyingKey,
            options: Self.fast, logger: quiet)
    }

    private func answers(_ border: Border, _ store: Store) -> Outlet {
        let time = border.time
        return Outlet(
            stream: border.stream.opposite, to: .folder(border.answers), store: store, key: Border.farKey,
            logger: quiet,
            clock: { time })
    }

    private func ids(_ store: Store) throws -> [String] {
        try store.read { try String.fetchAll($0, sql: "SELECT id FROM taken ORDER BY rowid") }
    }

    /// Far takes what near sends and acknowledges it, and near removes the segments.
    private func exchange(_ border: Border, _ items: String...) async throws {
        for item in items { try await border.send(item) }
        for _ in items { try await border.take() }
        _ = try await answers(border, border.far).step(mayAck: true)
        _ = try await border.answerInlet().step(prepare: { _ in }, consume: { _, _, _ in })
        _ = try await border.outlet().step(mayAck: false)
        #expect(names(in: border.segments).isEmpty)
    }

    /// Near hears of the restored far side and a person there approves its epoch.
    private func approve(_ border: Border) async throws {
        let near = Inlet(
            stream: border.stream.opposite, from: .folder(border.answers), store: border.near,
            key: Border.farKey.verifyingKey, options: Self.fast, logger: quiet)
        try await run(near, until: { try await near.stop()?.code == "boundary.epoch-raised" })
        try await near.resume()
        _ = try await near.step(prepare: { _ in }, consume: { _, _, _ in })
    }

    private func run(_ inlet: Inlet, until condition: @Sendable () async throws -> Bool) async throws {
        let running = Task {
            try await inlet.run(consume: { db, batch in
                for item in batch.items {
                    try db.execute(
                        sql: "INSERT INTO taken VALUES (?, ?, '')", arguments: [item.number, item.item.id])
                }
            })
        }
        var holds = false
        for _ in 0..<2000 where !holds {
            holds = try await condition()
            if !holds { try await Task.sleep(for: .milliseconds(5)) }
        }
        running.cancel()
        try await running.value
        #expect(holds)
    }

    @Test func whatTheReaderAcknowledgedAndLostIsSentAgainAndNothingElse() async throws {
        let border = try Border()
        try await exchange(border, "a", "b")
        let restored = try copyOfFar(border, "restored.db")
        try await exchange(border, "lost-1", "lost-2")
        try await exchange(border, "lost-3")
        try await restored.commit { try Restoration.begin(at: border.time, backupTime: border.time, in: $0) }
        _ = try await answers(border, restored).step(mayAck: true)
        try await approve(border)
        try await border.send("new")
        let reader = inlet(border, restored)
        try await run(reader, until: { try ids(restored).contains("new") })
        #expect(try ids(restored) == ["a", "b", "lost-1", "lost-2", "lost-3", "new"])
        #expect(try await reader.stop() == nil, "its own restoration is approval enough")
    }

    @Test func aReaderThatLostNothingCausesNoRepeat() async throws {
        let border = try Border()
        try await exchange(border, "a", "b")
        let restored = try copyOfFar(border, "restored.db")
        try await restored.commit { try Restoration.begin(at: border.time, backupTime: border.time, in: $0) }
        _ = try await answers(border, restored).step(mayAck: true)
        try await approve(border)
        try await border.send("new")
        let reader = inlet(border, restored)
        try await run(reader, until: { try ids(restored).contains("new") })
        #expect(try ids(restored) == ["a", "b", "new"])
        #expect(try await border.near.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM rewind") } == 0)
        let awaits = try await restored.read { try Int.fetchOne($0, sql: "SELECT sum(awaits_epoch) FROM inlet") }
        #expect(awaits == 0, "a later epoch needs its own approval")
    }

    @Test func twoRestorationsOfOneBackupDoNotShareAnEpoch() async throws {
        let border = try Border()
        try await exchange(border, "a")
        let first = try copyOfFar(border, "first.db")
        let second = try copyOfFar(border, "second.db")
        try await exchange(border, "lost")
        for (number, store) in [first, second].enumerated() {
            let time = border.time.adding(.seconds(number * 3600))
            try await store.commit { try Restoration.begin(at: time, backupTime: border.time, in: $0) }
            _ = try await answers(border, store).step(mayAck: true)
            try await approve(border)
            _ = try await border.outlet().step(mayAck: false)
            try await run(inlet(border, store), until: { try ids(store).contains("lost") })
            #expect(try ids(store) == ["a", "lost"])
            _ = try await answers(border, store).step(mayAck: true)
            _ = try await border.answerInlet().step(prepare: { _ in }, consume: { _, _, _ in })
            _ = try await border.outlet().step(mayAck: false)
        }
    }

    @Test func whatWasForgottenCannotComeAgainAndThatIsSaid() async throws {
        let border = try Border()
        try await exchange(border, "a")
        let restored = try copyOfFar(border, "restored.db")
        try await exchange(border, "lost-for-good")
        try await border.near.commit { db in
            let later = border.time.adding(.seconds(1))
            try Outbox.forget(border.stream, acknowledgedBefore: later, limit: 100, in: db)
            let gone = try Outbox.forgotten(of: border.stream, in: db)
            try db.execute(sql: "DELETE FROM outbox WHERE id <= ?", arguments: [gone])
        }
        try await restored.commit { try Restoration.begin(at: border.time, backupTime: border.time, in: $0) }
        _ = try await answers(border, restored).step(mayAck: true)
        try await approve(border)
        try await border.send("new")
        try await run(inlet(border, restored), until: { try ids(restored).contains("new") })
        #expect(try ids(restored) == ["a", "new"])
        #expect(try await border.near.read { try Int.fetchAll($0, sql: "SELECT is_complete FROM rewind") } == [0])
    }
}
