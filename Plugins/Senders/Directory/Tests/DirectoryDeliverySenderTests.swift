import DirectorySender
import Glibc
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct DirectoryDeliverySenderTests {
    private let folder = TemporaryFolder()

    private func sender(_ path: String? = nil) throws -> DirectoryDeliverySender {
        let config: ConfigLiteral = ["path": .text(path ?? folder.path)]
        return try DirectoryDeliverySender(
            Config(config, spec: DirectoryDeliverySender.spec.config), handlerID: "housing")
    }

    private static func batch(_ id: String, _ times: [String], isBatched: Bool = true) -> DeliveryBatch {
        let events = times.enumerated().map { Array(#"{"id":"\#($0)","time":"\#($1)"}"#.utf8) }
        return DeliveryBatch(id: id, events: events, now: 1_800_000_000, isBatched: isBatched)
    }

    private func text(_ name: String) throws -> String { String(decoding: try readFile(folder(name)), as: UTF8.self) }

    @Test func oneEventIsAnObjectAndABatchAnArray() async throws {
        let sender = try sender()
        let time = "2026-01-05T09:30:00.007+08:00"
        try await sender.deliver(Self.batch("one", [time], isBatched: false))
        try await sender.deliver(Self.batch("two", [time, time]))
        #expect(names(in: folder.path) == ["20260105T013000007Z-one.json", "20260105T013000007Z-two.json"])
        #expect(try text("20260105T013000007Z-one.json") == #"{"id":"0","time":"\#(time)"}"#)
        #expect(
            try text("20260105T013000007Z-two.json")
                == #"[{"id":"0","time":"\#(time)"},{"id":"1","time":"\#(time)"}]"#)
        #expect(try mode(of: folder("20260105T013000007Z-one.json")) == 0o640)
    }

    @Test func aRepeatedBatchTakesItsOwnPlaceWhateverTheTime() async throws {
        let sender = try sender()
        var batch = Self.batch("one", ["2026-01-05T09:30:00+08:00"])
        try await sender.deliver(batch)
        batch.now += 3600
        try await sender.deliver(batch)
        #expect(names(in: folder.path).count == 1)
    }

    @Test func namesSortInTheOrderOfEvents() async throws {
        let sender = try sender()
        for (id, time) in [
            ("z", "2026-01-05T09:30:00+08:00"), ("a", "2026-01-05T09:30:00.001+08:00"),
            ("m", "2026-01-05T01:30:01Z"),
        ] { try await sender.deliver(Self.batch(id, [time])) }
        let order = names(in: folder.path).map { name in String(name.suffix(6)) }
        #expect(order == ["z.json", "a.json", "m.json"])
    }

    @Test func anEventWithoutATimeHasItsIdAlone() async throws {
        try await sender().deliver(
            DeliveryBatch(id: "one", events: [Array("{}".utf8)], now: 0, isBatched: false))
        #expect(names(in: folder.path) == ["one.json"])
    }

    @Test func aFolderThatIsNotThereIsSaid() async throws {
        let path = folder("missing")
        let error = await #expect(throws: PluginError.self) { try await sender(path).deliver(Self.batch("a", [])) }
        #expect(error?.code == "directory.missing")
    }

    @Test(.enabled(if: geteuid() == 0, "only root may mount a small file system"))
    func aFullDiskIsSaidAndTriedAgainAndNothingHalfIsLeft() async throws {
        let path = folder("small")
        try makeFolder(path)
        try #require(mount("sluice-test", path, "tmpfs", 0, "size=64k") == 0)
        defer { umount2(path, Int32(MNT_DETACH)) }
        let sender = try sender(path)
        let large = DeliveryBatch(
            id: "large", events: [[UInt8](repeating: 32, count: 200_000)], now: 0, isBatched: false)
        let error = await #expect(throws: PluginError.self) { try await sender.deliver(large) }
        #expect(error?.code == "directory.full" && error?.remedy == .notConnected)
        #expect(names(in: path) == [])
        try await sender.deliver(Self.batch("small", ["2026-01-05T09:30:00Z"]))
        #expect(names(in: path).count == 1)
    }
}
