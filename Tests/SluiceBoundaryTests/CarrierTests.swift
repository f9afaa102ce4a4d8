import Foundation
@testable import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// A disk between the two sides of a border: the writer's segments reach the reader by it alone.
@Suite struct CarrierTests {
    private let border: Border
    private let carrier: SegmentCarrier

    init() throws {
        border = try Border()
        carrier = SegmentCarrier(stream: border.stream, key: Border.nearKey.verifyingKey)
    }

    private var disk: String { border.folder("disk/external-relay") }
    private var arrived: String { border.folder("arrived") }
    private func name(_ batch: Int) -> String { SegmentName.text(BatchPosition(epoch: 1, batch: batch)) }

    private func inlet() -> Inlet {
        let time = border.time
        return Inlet(
            stream: border.stream, from: .folder(arrived), store: border.far, key: Border.nearKey.verifyingKey,
            logger: quiet,
            clock: { time })
    }

    private func consumed() throws -> BatchPosition {
        try border.far.read { try Inlet.consumed(border.stream, in: $0) }
    }

    private func export() throws -> SegmentCarrier.Outcome { try carrier.export(from: border.segments, to: disk) }
    private func bring() throws -> SegmentCarrier.Outcome {
        try carrier.bring(from: disk, to: arrived, consumed: try consumed())
    }

    @Test func whatIsExportedHereIsReadThere() async throws {
        for name in ["a", "b", "c"] { try await border.send(name) }
        #expect(try export().carried.map(\.batch) == [1, 2, 3])
        #expect(try bring().carried.map(\.batch) == [1, 2, 3])
        for _ in 0..<3 { try await border.take(inlet()) }
        #expect(try border.taken == ["a", "b", "c"])
    }

    @Test func carryingAgainChangesNothingAndCleansUp() async throws {
        try await border.send("a")
        try await border.send("b")
        _ = try export()
        _ = try bring()
        let again = try export()
        #expect(again.carried.isEmpty && again.present == 2)
        try await border.take(inlet())
        // Batch 1 is read: it leaves the reader's folder, and the older disk does not bring it back.
        let brought = try bring()
        #expect(brought.carried.isEmpty && brought.present == 1 && brought.removed == 1)
        #expect(names(in: arrived) == [name(2)])
        #expect(names(in: disk) == [name(1), name(2)])
        // Acknowledged and removed by its writer: it leaves the disk.
        try remove(border.segment(1))
        #expect(try export().removed == 1)
        #expect(names(in: disk) == [name(2)])
    }

    @Test func anOlderDiskAfterANewerOneDoesNoHarm() async throws {
        try await border.send("a")
        _ = try export()
        let older = border.folder("older")
        try FileManager.default.copyItem(atPath: disk, toPath: older)
        try await border.send("b")
        _ = try export()
        _ = try bring()
        for _ in 0..<2 { try await border.take(inlet()) }
        let outcome = try carrier.bring(from: older, to: arrived, consumed: try consumed())
        #expect(outcome.carried.isEmpty && outcome.refused.isEmpty)
        try await border.take(inlet())
        #expect(try border.taken == ["a", "b"])
    }

    @Test(arguments: 0..<40) func whatWasAlteredOnTheDiskIsNotBrought(part: Int) async throws {
        try await border.send("a")
        try await border.send("b")
        _ = try export()
        var bytes = Array(try readFile(disk + "/" + name(1)))
        bytes[bytes.count * part / 40] ^= 1
        try Data(bytes).write(to: URL(fileURLWithPath: disk + "/" + name(1)))
        let outcome = try bring()
        #expect(outcome.carried.map(\.batch) == [2])
        #expect(outcome.refused.count == 1 && outcome.refused.first?.code.hasPrefix("boundary.") == true)
        #expect(names(in: arrived) == [name(2)])
        // The disk goes once more, whole.
        try remove(disk + "/" + name(1))
        #expect(try export().carried.map(\.batch) == [1])
        #expect(try bring().carried.map(\.batch) == [1])
    }

    @Test func whatAnotherSignedIsNotBrought() async throws {
        try border.queue("a")
        _ = try await border.outlet(key: Border.strangerKey).step(mayAck: false)
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: border.segment(1), toPath: disk + "/" + name(1))
        #expect(try bring().refused.map(\.code) == ["boundary.bad-signature"])
        #expect(names(in: arrived).isEmpty)
    }

    @Test func twoBatchesOfOneNumberAreNeverMixed() async throws {
        try await border.send("a")
        _ = try export()
        _ = try bring()
        try Data("not the same".utf8).write(to: URL(fileURLWithPath: arrived + "/" + name(1)))
        #expect(try bring().refused.map(\.code) == ["carry.differs"])
        #expect(String(decoding: try readFile(arrived + "/" + name(1)), as: UTF8.self) == "not the same")
    }

    @Test func linksPipesAndOtherFilesStayWhereTheyAre() async throws {
        try await border.send("a")
        _ = try export()
        try Data("x".utf8).write(to: URL(fileURLWithPath: disk + "/autorun.inf"))
        try Data("x".utf8).write(to: URL(fileURLWithPath: disk + "/" + name(3) + ".tmp"))
        try FileManager.default.createSymbolicLink(
            atPath: disk + "/" + name(2), withDestinationPath: border.folder("near.db"))
        #expect(mkfifo(disk + "/" + name(4), 0o600) == 0)
        let outcome = try bring()
        #expect(outcome.refused.map(\.code) == ["boundary.not-a-segment", "boundary.not-a-segment"])
        #expect(names(in: arrived) == [name(1)])
    }
}
