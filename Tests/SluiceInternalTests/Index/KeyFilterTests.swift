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

    @Test func aRunOfTheUsualSizeHasAFilterOf128KiBAndItsDigest() {
        #expect(KeyFilter(keys("known", TicketIndex.Limits.run)).bytes.count == (128 << 10) + 8)
    }

    @Test(arguments: [0, 1, 8, 63, 64, 65, 71, 72, 73, 136])
    func whatIsNoFilterIsNotTakenForOne(bytes: Int) {
        #expect(KeyFilter(bytes: Array(repeating: 0xFF, count: bytes)) == nil)
    }

    @Test func aFilterOfWhichOneBitIsAnotherIsNone() {
        let whole = KeyFilter(keys("known", 4)).bytes
        #expect(whole.count == 72 && KeyFilter(bytes: whole) != nil)
        for bit in 0..<whole.count * 8 {
            var bytes = whole
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(KeyFilter(bytes: bytes) == nil, "bit \(bit)")
        }
    }

    /// They stand in stores: another function would find nothing there any more.
    @Test func keysAndFiltersStayWhatTheyAre() {
        #expect(TicketKey.of("") == 0xEFD0_1F60_BA99_2926)
        #expect(TicketKey.of("b5jzmnf5oyn4vgbmhslc2yhtmq") == 0xEAC8A2417AA55CB9)
        let filter = KeyFilter([TicketKey.of("a"), TicketKey.of("b")])
        #expect(
            Hex.encode(SHA256.hash(Array(filter.bytes.dropLast(8))))
                == "ed5345f0b9a37a3c0e8dba740df9e6d201893eefddf09d758a2bd715491ab7ed")
        #expect(Hex.encode(Array(filter.bytes.suffix(8))) == "ed5345f0b9a37a3c", "of the bits before it")
    }
}
