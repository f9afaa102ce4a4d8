import Testing

@testable import DirectoryTransport

@Suite struct StabilityWatchTests {
    private let start = ContinuousClock.now

    private func file(_ name: String, size: Int = 1, modified: Int64 = 1) -> FoundFile {
        FoundFile(name: Array(name.utf8), size: size, modified: modified, inode: 1)
    }

    @Test func fileSettlesWhenItLooksTheSameForLongEnough() {
        var watch = StabilityWatch(time: .seconds(10))
        #expect(watch.settled([file("a")], now: start) == [])
        #expect(watch.settled([file("a")], now: start + .seconds(9)) == [])
        #expect(watch.settled([file("a")], now: start + .seconds(10)) == [file("a")])
    }

    @Test func everyChangeBeginsTheWaitAgain() {
        var watch = StabilityWatch(time: .seconds(10))
        _ = watch.settled([file("a")], now: start)
        #expect(watch.settled([file("a", size: 2)], now: start + .seconds(10)) == [])
        #expect(watch.settled([file("a", size: 2, modified: 2)], now: start + .seconds(20)) == [])
        #expect(watch.settled([file("a", size: 2, modified: 2)], now: start + .seconds(30)).count == 1)
    }

    @Test func fileThatWentAndCameBackWaitsAgain() {
        var watch = StabilityWatch(time: .seconds(10))
        _ = watch.settled([file("a")], now: start)
        _ = watch.settled([], now: start + .seconds(5))
        #expect(watch.settled([file("a")], now: start + .seconds(10)) == [])
    }

    @Test func strangeCheckpointsCountAsNothing() {
        for text in ["", "1 ", "1 ???", "2 AAAAAAAAAAA=", "1 AAAA", "garbage"] {
            #expect(TakenFiles(checkpoint: text).marks.isEmpty)
        }
    }
}
