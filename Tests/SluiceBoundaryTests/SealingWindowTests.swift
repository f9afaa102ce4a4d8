@testable import SluiceBoundary
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

/// Which tickets share a key, by a clock of the test's own.
@Suite struct SealingWindowTests {
    private final class Clock: Sendable {
        private let time = Mutex<Int64>(1_800_000_000_000)
        var now: Timestamp { Timestamp(milliseconds: time.withLock { $0 }) }
        func move(by milliseconds: Int64) { time.withLock { $0 += milliseconds } }
    }

    private let bench: SealingBench
    private let clock = Clock()
    private let sealer: TicketSealer

    init() throws {
        bench = try SealingBench()
        let clock = clock
        sealer = try TicketSealer(
            certificateAt: bench.folder("external/keys/sealing.crt"), patience: .zero, clock: { clock.now })
    }

    /// Messages of one ticket each.
    private func seal(_ count: Int, _ scope: SealingScope = .personal) throws -> [Item] {
        try (0..<count).map { number in
            let ticket = SealingBench.ticket("W-\(number)")
            return SealingBench.item(try sealer.session(scope, tickets: 1).seal(ticket), of: ticket)
        }
    }

    /// The message that hands over the shared key; nil where the ticket was sealed by itself.
    private func key(of item: Item) throws -> [UInt8]? { try #require(item.sealed).key }

    @Test func fewTicketsInASecondHaveAKeyEach() throws {
        for _ in 0..<3 {
            #expect(try seal(3).map { try key(of: $0) } == [nil, nil, nil])
            clock.move(by: 1_000)
        }
    }

    @Test func messagesThatArriveTogetherShareAKeyFromTheFourthTicketOn() throws {
        let items = try seal(20)
        let keys = try items.map { try key(of: $0) }
        #expect(keys.prefix(3).allSatisfy { $0 == nil })
        #expect(Set(keys.dropFirst(3)).count == 1 && keys[3] != nil)
    }

    @Test func eachOpensByItselfWhateverCameBefore() throws {
        for (number, item) in try seal(6).enumerated().reversed() {
            #expect(try bench.opener().open(item) == SealingBench.ticket("W-\(number)"))
        }
    }

    @Test(arguments: [1_000, 60_000, -1] as [Int64])
    func afterASecondAndOnAClockThatWasPutBackTheKeyIsAnother(step: Int64) throws {
        let before = try key(of: try #require(seal(5).last))
        clock.move(by: step)
        let after = try seal(4)
        #expect(try key(of: after[0]) == nil, "counted anew")
        #expect(try key(of: after[3]) != before)
    }

    @Test func aRotationEndsTheWindow() throws {
        let before = try #require(seal(5).last)
        let rotated = try KeyFiles.prepareSealing(bench.place, isRotation: true)
        let after = try seal(5)
        let old = try before.sealed?.checkForm()
        for item in after { #expect(try item.sealed?.checkForm() != old) }
        #expect(try key(of: after[4]) != nil)
        #expect(sealer.fingerprint == rotated.fingerprint)
        for item in after + [before] { #expect(try bench.opener().open(item).text(.requesterPhone) != nil) }
    }

    @Test func confidentialTicketsNeverShareAndDoNotCount() throws {
        #expect(try seal(6, .whole).allSatisfy { try key(of: $0) == nil })
        #expect(try seal(3).allSatisfy { try key(of: $0) == nil })
    }
}
