import Foundation
import SluiceSDK
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-01-05T09:30:00+08:00", 1_767_576_600_000),
            ("2024-02-29T23:59:59.5Z", 1_709_251_199_500), ("1969-12-31T23:59:59.999Z", -1),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000), ("2026-01-05 01:30:00z", 1_767_576_600_000),
            ("2026-01-05T01:30:00.123456Z", 1_767_576_600_123), ("2026-01-04T22:00:00-0330", 1_767_576_600_000),
            ("2016-12-31T23:59:60Z", 1_483_228_799_000),
        ] as [(String, Int64)])
    func rfc3339IsRead(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026-01-05", "2026-01-05T09:30:00", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2025-02-29T00:00:00Z",
        "2026-01-05T24:00:00Z", "2026-01-05T09:60:00Z", "2026-1-5T09:30:00Z", "2026-01-05T09:30:00+99:00",
        "2026-01-05T09:30:00.Z", "2026-01-05T09:30:00Zx", "2026-01-05T09:30:00 +08:00", "２０２６-01-05T09:30:00Z",
    ])
    func whatIsNotRFC3339IsNot(_ text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func writingAndReadingAgree() {
        for milliseconds in [
            Int64(0), 1, -1, 999, 951_782_400_000, 1_767_576_600_123, -1_000_000_000_000, 253_402_200_000_000,
        ] {
            for zone in [Zone.utc, .shanghai] {
                let time = Timestamp(milliseconds: milliseconds)
                #expect(Timestamp(rfc3339: time.rfc3339(in: zone)) == time)
            }
        }
        #expect(Timestamp(milliseconds: 1_767_576_600_000).rfc3339(in: .shanghai) == "2026-01-05T09:30:00+08:00")
        #expect(Timestamp(milliseconds: -1).rfc3339() == "1969-12-31T23:59:59.999Z")
    }

    @Test func theDayIsTheZonesDay() {
        let late = Timestamp(milliseconds: 1_767_542_400_000)  // 2026-01-04T16:00:00Z
        #expect(late.day(in: .utc) == "2026-01-04")
        #expect(late.day(in: .shanghai) == "2026-01-05")
    }

    /// Zones with and without summer time, and ones whose standard time has changed.
    @Test(arguments: [
        "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Europe/Moscow", "Asia/Pyongyang", "America/Caracas",
        "Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia",
    ])
    func offsetsAreTheSystems(_ name: String) throws {
        let zone = try #require(Zone(name: name))
        let system = try #require(TimeZone(identifier: name))
        for seconds in stride(from: 631_152_000, to: 1_900_000_000, by: 1_000_003) {
            let expected = system.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
            let found = zone.offset(at: Timestamp(seconds: seconds))
            if found != expected { Issue.record("\(name) at \(seconds): \(found), not \(expected)"); return }
        }
    }

    @Test func anOffsetIsAZone() throws {
        #expect(Timestamp(seconds: 0).rfc3339(in: try #require(Zone(name: "+05:30"))) == "1970-01-01T05:30:00+05:30")
        #expect(Zone(name: "Asia/Atlantis") == nil)
    }
}
