import SluiceSDK
import Testing

@testable import HTTPPollTransport

@Suite struct CronTimesTests {
    // 2026-01-05 is a Monday.
    @Test(arguments: [
        ("*/5 8-18 * * 1-5", "2026-01-05T08:03:00+08:00", "2026-01-05T08:05:00+08:00"),
        ("*/5 8-18 * * 1-5", "2026-01-05T08:05:00+08:00", "2026-01-05T08:10:00+08:00"),
        ("*/5 8-18 * * 1-5", "2026-01-09T18:55:30+08:00", "2026-01-12T08:00:00+08:00"),
        ("30 2 * * *", "2026-01-05T09:00:00+08:00", "2026-01-06T02:30:00+08:00"),
        ("0 0 29 2 *", "2026-01-05T09:00:00+08:00", "2028-02-29T00:00:00+08:00"),
        ("0 0 * * 7", "2026-01-05T09:00:00+08:00", "2026-01-11T00:00:00+08:00"),
        ("0 12 1 * 3", "2026-01-05T09:00:00+08:00", "2026-01-07T12:00:00+08:00"),
        ("1,31 0 * * *", "2026-01-05T00:01:00+08:00", "2026-01-05T00:31:00+08:00"),
    ])
    func theNextTimeIsTheFirstThatFits(cron: String, after: String, expected: String) throws {
        let times = try #require(CronTimes(cron))
        let next = times.next(after: try #require(Timestamp(rfc3339: after)), in: .shanghai)
        #expect(next?.rfc3339(in: .shanghai) == expected)
    }

    @Test func anHourThatComesTwiceIsMetTwiceAndOneThatIsLeftOutNotAtAll() throws {
        let berlin = try #require(Zone(name: "Europe/Berlin"))
        let times = try #require(CronTimes("30 2 * * *"))
        let autumn = try #require(Timestamp(rfc3339: "2026-10-25T02:30:00+02:00"))
        #expect(times.next(after: autumn, in: berlin)?.rfc3339(in: berlin) == "2026-10-25T02:30:00+01:00")
        let spring = try #require(Timestamp(rfc3339: "2026-03-28T12:00:00+01:00"))
        #expect(times.next(after: spring, in: berlin)?.rfc3339(in: berlin) == "2026-03-30T02:30:00+02:00")
    }

    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *",
        "*/0 * * * *", "a * * * *", "1,,2 * * * *", "0 0 31 2 *", "-1 * * * *", "1-2-3 * * * *",
    ])
    func whatIsNoTimeIsRefused(cron: String) {
        #expect(CronTimes(cron) == nil)
    }
}
