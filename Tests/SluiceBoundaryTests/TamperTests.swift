import GRDB
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceBoundary

@Suite struct TamperTests {
    @Test func aFlippedByteIsFoundWhereverItIs() async throws {
        let border = try Border()
        try await border.send("a", "b", "c")
        let good = try readFile(border.segment(1))
        let start = InletState(position: BatchPosition(epoch: 1, batch: 0), head: zeros, itemHead: zeros, nextNumber: 1)
        let opener = BatchOpener(stream: border.stream, key: Border.nearKey.verifyingKey, origins: [:])
        #expect(try opener.open(good, after: start).batch.items.count == 3)
        for position in good.indices {
            for bit in [UInt8(0x01), 0x20, 0x80] {
                var bad = good
                bad[position] ^= bit
                #expect(throws: ChainBreak.self, "byte \(position), bit \(bit)") { try opener.open(bad, after: start) }
            }
        }
    }

    @Test func nothingOfAFlippedBatchIsTakenAndTheStopOutlivesARestart() async throws {
        let border = try Border()
        try await border.send("a", "b")
        let good = try readFile(border.segment(1))
        var bad = good
        bad[good.count / 2] ^= 1
        try writeFile(bad, border.segment(1))
        let code = try await border.take().stopCode
        #expect(code != nil)
        #expect(try border.taken.isEmpty)
        // The file is whole again, but nobody has resumed the stream.
        try writeFile(good, border.segment(1))
        #expect(try await border.take(border.inlet()).stopCode == code)
        #expect(try border.taken.isEmpty)
        try await border.inlet().resume()
        #expect(try await border.take().tookOne)
        #expect(try border.taken == ["a", "b"])
    }

    @Test(arguments: [0, 1, 10, 200])
    func aSegmentThatIsCutOffIsRefused(kept: Int) async throws {
        let border = try Border()
        try await border.send("a")
        try writeFile(Array(readFile(border.segment(1)).prefix(kept)), border.segment(1))
        #expect(try await border.take().stopCode == "boundary.malformed")
    }

    @Test func aSegmentOfAnotherKeyIsRefused() async throws {
        let border = try Border()
        try border.queue("a")
        _ = try await border.outlet(key: Border.strangerKey).step(mayAck: false)
        #expect(try await border.take().stopCode == "boundary.bad-signature")
        #expect(try border.taken.isEmpty)
    }

    @Test func aMissingSegmentStopsTheStreamOnceLaterOnesAreThere() async throws {
        let border = try Border()
        for name in ["a", "b", "c"] { try await border.send(name) }
        try remove(border.segment(2))
        try await border.take()
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
        #expect(stop?.code == "boundary.gap")
        #expect(stop?.position == BatchPosition(epoch: 1, batch: 2))
        #expect(try border.taken == ["a"])
    }

    @Test func aRepeatedSegmentIsRefusedUnderAnyNumber() async throws {
        let border = try Border()
        try await border.send("a")
        try await border.take()
        try writeFile(readFile(border.segment(1)), border.segment(2))
        #expect(try await border.take().stopCode == "boundary.wrong-batch")
        #expect(try border.taken == ["a"])
    }

    @Test func theSameSegmentAgainUnderItsOwnNumberChangesNothing() async throws {
        let border = try Border()
        try await border.send("a")
        let bytes = try readFile(border.segment(1))
        try await border.take()
        try writeFile(bytes, border.segment(1))
        #expect(try await border.take().isNothing)
        #expect(try border.taken == ["a"])
    }

    @Test func reorderedSegmentsAreRefused() async throws {
        let border = try Border()
        try await border.send("a")
        try await border.send("b")
        try move(border.segment(1), to: border.segment(9))
        try move(border.segment(2), to: border.segment(1))
        try move(border.segment(9), to: border.segment(2))
        #expect(try await border.take().stopCode == "boundary.wrong-batch")
        #expect(try border.taken.isEmpty)
    }

    @Test func aSegmentOfTheOtherDirectionIsRefusedEvenWithTheSameKey() async throws {
        let border = try Border()
        try await border.send("a")
        let opener = BatchOpener(stream: .internalToRelay, key: Border.nearKey.verifyingKey, origins: [:])
        let bytes = try readFile(border.segment(1))
        let start = InletState(position: BatchPosition(epoch: 1, batch: 0), head: zeros, itemHead: zeros, nextNumber: 1)
        #expect { try opener.open(bytes, after: start) } throws: {
            ($0 as? ChainBreak)?.code == "boundary.wrong-stream"
        }
    }

    @Test func aBatchThatDoesNotContinueTheChainIsRefused() async throws {
        let (border, other) = (try Border(), try Border())
        try await border.send("a")
        try await border.take()
        for name in ["x", "b"] { try await other.send(name) }
        try writeFile(readFile(other.segment(2)), border.segment(2))
        #expect(try await border.take().stopCode == "boundary.broken-chain")
    }

    @Test func whatIsNoFileIsRefusedWithoutWaiting() async throws {
        let border = try Border()
        try await border.send("a")
        try move(border.segment(1), to: border.segments + "/elsewhere")
        try FileLinks.link(border.segment(1), to: border.segments + "/elsewhere")
        #expect(try await border.take().stopCode == "boundary.not-a-segment")
    }

    @Test func aSegmentOverTheLimitIsRefusedUnread() async throws {
        let border = try Border()
        try await border.send("a")
        try FileLinks.stretch(border.segment(1), to: SegmentLimits.producer.bytes + 1)
        #expect(try await border.take().stopCode == "boundary.not-a-segment")
    }

    @Test func aVerdictFromAnybodyButTheRelayIsRefused() async throws {
        let border = try Border()
        let verdict = Verdict(
            range: ItemRange(producer: "external", epoch: 1, first: 1, last: 1), decision: .released, code: "ok",
            reason: "", at: border.time)
        try border.near.write { try Outbox.append(verdict, to: border.stream, in: $0) }
        _ = try await border.outlet().step(mayAck: false)
        #expect(try await border.take().stopCode == "boundary.malformed")
    }
}

let zeros = [UInt8](repeating: 0, count: 32)
