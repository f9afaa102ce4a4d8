import SluiceSDK
import Testing

@testable import SluiceInternal

@Suite struct KeyFilterTests {
    private func keys(_ name: String, _ count: Int) -> [UInt64] {
        (0..<count).map { TicketKey.of("\(name)-\($0)") }
    }

    @Test(arguments: [1, 4, 33, 5_000])
    func aFilterHidesNothingAndLetsFewStrangersThrough(count: Int) throws {
        let known = keys("known", count)
        let filter = KeyFilter(known)
        #expect(known.allSatisfy { filter.mayHold(KeyFilter.Probe($0)) })
        let passed = keys("stranger", 10_000).count { filter.mayHold(KeyFilter.Probe($0)) }
        #expect(passed < 50, "\(passed) of 10,000")
        let stored = try #require(KeyFilter(bytes: filter.bytes))
        #expect(stored == filter)
    }

    @Test func aRunOfTheUsualSizeHasAFilterOf128KiB() {
        #expect(KeyFilter(keys("known", TicketIndex.Limits.run)).bytes.count == 128 << 10)
    }

    @Test(arguments: [0, 1, 63, 65, 100])
    func whatIsNoFilterIsNotTakenForOne(bytes: Int) {
        #expect(KeyFilter(bytes: Array(repeating: 0xFF, count: bytes)) == nil)
    }

    /// They stand in stores: another function would find nothing there any more.
    @Test func keysAndFiltersStayWhatTheyAre() {
        #expect(TicketKey.of("") == 0xEFD0_1F60_BA99_2926)
        #expect(TicketKey.of("b5jzmnf5oyn4vgbmhslc2yhtmq") == 0xEAC8A2417AA55CB9)
        let filter = KeyFilter([TicketKey.of("a"), TicketKey.of("b")])
        #expect(
            Hex.encode(SHA256.hash(filter.bytes))
                == "ed5345f0b9a37a3c0e8dba740df9e6d201893eefddf09d758a2bd715491ab7ed")
    }
}
