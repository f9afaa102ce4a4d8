import Foundation
import GRDB
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceBoundary

/// Everything that can be done to a batch on its way, counted: each is refused, and changes nothing.
///
/// `SLUICE_TAMPER=full` flips every bit of every byte.
@Suite struct TamperMatrixTests {
    @Test func everyTamperIsRefused() async throws {
        let bench = try TamperBench()
        let specimens = try await bench.fill()
        #expect(specimens.count >= 8, "items, passages, receipts and verdicts, two batches of each stream at least")
        var matrix = TamperMatrix()
        let isFull = ProcessInfo.processInfo.environment["SLUICE_TAMPER"] == "full"
        for specimen in specimens {
            try #require(try code(specimen.bytes, at: specimen) == nil, "the honest batch is taken")
            let tampering = Tampering(specimen: specimen)
            for (kind, bytes) in tampering.flips(all: isFull) {
                try judge("a byte of \(kind) changed", bytes, at: specimen, &matrix)
            }
            for (kind, bytes) in tampering.rearrangements() { try judge(kind, bytes, at: specimen, &matrix) }
            for (kind, bytes) in try tampering.liesOfTheRelay() { try judge(kind, bytes, at: specimen, &matrix) }
            try judgeKeys(tampering, &matrix)
            for other in specimens { try judgeSwap(tampering, with: other, &matrix) }
        }
        try judgeProducers(specimens, &matrix)
        print("\(matrix)")
        #expect(matrix.undetected == 0)
        #expect(matrix.rows.count >= 25)
    }

    /// One of every kind, through the zone's own reading, store and alarm.
    @Test(arguments: TamperBench.streams)
    func aTamperedBatchStopsItsStreamRaisesTheAlarmAndChangesNothing(stream: BoundaryStream) async throws {
        let bench = try TamperBench()
        let specimens = try await bench.fill()
        try await bench.queueMore(for: stream)
        let state = try await bench.state(stream)
        let path = bench.path(stream, state.next)
        let good = try readFile(path)
        let tampering = Tampering(specimen: TamperBench.Specimen(stream: stream, state: state, bytes: good))
        let bad = try oneOfEachKind(tampering, among: specimens)
        #expect(bad.count >= (stream.isFromRelay ? 20 : 14), "\(bad.map(\.kind))")
        for (kind, bytes) in bad {
            let (taken, alarms) = (try await bench.taken(), bench.alarms.all.count)
            try writeFile(bytes, path)
            let step = try await bench.take(stream)
            guard case .stopped(let stop) = step else {
                Issue.record("\(kind) was not found")
                continue
            }
            #expect(!stop.code.isEmpty && stop.reason.count > 10, "\(kind): \(stop)")
            #expect(try await bench.taken() == taken, "\(kind) changed something")
            #expect(bench.alarms.all.count == alarms + 1, "\(kind) raised no alarm")
            #expect(bench.alarms.all.last?.contains(stop.reason) == true)
            #expect(try await bench.state(stream).stop != nil, "\(kind): the stop is not durable")
            // Nobody has resumed it: the right batch does not go on either.
            try writeFile(good, path)
            if case .took = try await bench.take(stream) { Issue.record("\(kind): it went on by itself") }
            try await bench.inlet(stream).resume()
        }
        guard case .took = try await bench.take(stream) else {
            Issue.record("the right batch is refused")
            return
        }
    }

    @Test(arguments: TamperBench.streams)
    func aBatchThatIsTakenAwayStopsItsStreamOnceALaterOneIsThere(stream: BoundaryStream) async throws {
        let bench = try TamperBench()
        _ = try await bench.fill()
        try await bench.queueMore(for: stream)
        let missing = try await bench.state(stream).next
        try await bench.queueMore(for: stream)
        let taken = try await bench.taken()
        try remove(bench.path(stream, missing))
        let obstacle = try await FolderSource(stream: stream, folder: bench.segments(stream))
            .obstacle(in: stream, after: try await bench.state(stream))
        #expect(obstacle?.code == "boundary.gap")
        #expect(obstacle?.position == missing)
        guard case .nothing = try await bench.take(stream) else {
            Issue.record("something behind the gap was taken")
            return
        }
        #expect(try await bench.taken() == taken)
    }

    /// The middle one of each kind.
    private func oneOfEachKind(
        _ tampering: Tampering, among specimens: [TamperBench.Specimen]
    ) throws -> [(kind: String, bytes: [UInt8])] {
        let stream = tampering.specimen.stream
        var all = tampering.flips(all: false).map { (kind: "a byte of \($0.kind) changed", bytes: $0.bytes) }
        all += tampering.rearrangements()
        all += try tampering.liesOfTheRelay()
        all.append((kind: "empty", bytes: []))
        for zone in ["external", "relay", "internal"] where zone != stream.from {
            all.append((kind: "signed by \(zone)", bytes: try tampering.signed(by: TamperBench.key(zone))))
        }
        let stranger = try SigningKey(seed: Array(repeating: 9, count: 32))
        all.append((kind: "signed by a stranger", bytes: try tampering.signed(by: stranger)))
        for other in specimens where other.stream == stream {
            let from = Tampering(specimen: other)
            all.append((kind: "replayed under a later number", bytes: other.bytes))
            all.append((kind: "another's signature", bytes: try tampering.withSignature(of: from)))
            all.append((kind: "another's manifest", bytes: tampering.withManifest(of: from)))
        }
        for other in specimens where other.stream != stream {
            all.append((kind: "of the stream \(other.stream)", bytes: other.bytes))
        }
        let kinds = Dictionary(grouping: all, by: \.kind)
        return kinds.keys.sorted().compactMap { kind in kinds[kind].map { $0[$0.count / 2] } }
    }

    // MARK: - Judging

    private func judge(
        _ kind: String, _ bytes: [UInt8], at specimen: TamperBench.Specimen, _ matrix: inout TamperMatrix
    ) throws {
        matrix.add(kind, code: try code(bytes, at: specimen))
    }

    private func judgeKeys(_ tampering: Tampering, _ matrix: inout TamperMatrix) throws {
        let specimen = tampering.specimen
        for zone in ["external", "relay", "internal"] where zone != specimen.stream.from {
            let bytes = try tampering.signed(by: TamperBench.key(zone))
            try judge("signed with another zone's key", bytes, at: specimen, &matrix)
        }
        let stranger = try SigningKey(seed: Array(repeating: 9, count: 32))
        try judge("signed with a stranger's key", tampering.signed(by: stranger), at: specimen, &matrix)
    }

    /// Another batch, or a part of it, where this one belongs.
    private func judgeSwap(
        _ tampering: Tampering, with other: TamperBench.Specimen, _ matrix: inout TamperMatrix
    ) throws {
        let specimen = tampering.specimen
        if other.stream == specimen.stream {
            if other.state.position == specimen.state.position { return }
            let isOlder = other.state.position < specimen.state.position
            try judge(isOlder ? "replayed" : "batches in another order", other.bytes, at: specimen, &matrix)
            let from = Tampering(specimen: other)
            let age = isOlder ? "an older" : "a later"
            try judge("signature of \(age) batch", try tampering.withSignature(of: from), at: specimen, &matrix)
            try judge("manifest of \(age) batch", tampering.withManifest(of: from), at: specimen, &matrix)
        } else {
            let isSameKey = other.stream.from == specimen.stream.from
            let kind = isSameKey ? "moved to the producer's other stream" : "moved to the other direction"
            try judge(kind, other.bytes, at: specimen, &matrix)
        }
    }

    /// A second producer, honest by itself, in the first one's place, and the other way about.
    private func judgeProducers(_ specimens: [TamperBench.Specimen], _ matrix: inout TamperMatrix) throws {
        let second = BoundaryStream(from: "external-2", to: "relay")
        let key = try SigningKey(seed: Array(repeating: 4, count: 32))
        let first = try #require(specimens.first { $0.stream == .externalToRelay })
        for signer in [key, TamperBench.key("external")] {
            for stream in [second, .externalToRelay] where stream == second || signer.verifyingKey == key.verifyingKey {
                var builder = SegmentBuilder(stream: stream, position: first.state.next, itemHead: zeros)
                builder.add(Tickets.item("x"), number: 1)
                let made = try builder.finished(
                    previous: zeros, ack: .none, through: 1, time: Tickets.time, key: signer)
                try judge("batch of another producer", made.bytes, at: first, &matrix)
            }
        }
        let opener = BatchOpener(stream: second, key: key.verifyingKey, origins: [:])
        for specimen in specimens where specimen.stream == .externalToRelay {
            let code = try code(specimen.bytes, at: specimen, opener)
            matrix.add("batch of another producer", code: code)
        }
    }

    /// Under which code it is refused; nil when it is taken.
    private func code(
        _ bytes: [UInt8], at specimen: TamperBench.Specimen, _ other: BatchOpener? = nil
    ) throws -> String? {
        let opener =
            other
            ?? BatchOpener(
                stream: specimen.stream, key: TamperBench.key(specimen.stream.from).verifyingKey,
                origins: TamperBench.origins(specimen.stream))
        do {
            _ = try opener.open(bytes, after: specimen.state)
            return nil
        } catch {
            return error.code
        }
    }
}

extension TamperBench {
    /// One more batch in a stream; the relay's passes on one more of its other neighbour's.
    func queueMore(for stream: BoundaryStream) async throws {
        if stream.isFromRelay {
            let other: BoundaryStream = stream == .relayToInternal ? .externalToRelay : .internalToRelay
            try await queueMore(for: other)
            guard case .took = try await take(other) else { throw TamperError("the honest batch is refused") }
        } else {
            let number = try await store(stream.from).read { try OutletState.load(stream, in: $0).batch }
            let item = stream == .externalToRelay ? Tickets.item("more-\(number)") : Tickets.reply("more-\(number)")
            _ = try await store(stream.from).commit { try Outbox.append(item, to: stream, in: $0) }
        }
        _ = try await outlet(stream).step(mayAck: false)
    }
}
