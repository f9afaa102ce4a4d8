import SluiceSDK
import Testing

@Suite struct DatePatternTests {
    @Test(arguments: [
        ("yyyy-MM-dd HH:mm:ss", "2026-01-05 09:30:00", "2026-01-05T09:30:00+08:00"),
        ("yyyy/M/d H:mm:ss", "2019/2/28 11:25:05", "2019-02-28T11:25:05+08:00"),
        ("yyyy/M/d H:mm:ss", "2019/12/3 1:05:05", "2019-12-03T01:05:05+08:00"),
        ("MM/dd/yyyy hh:mm:ss a", "06/26/2018 10:58:54 AM", "2018-06-26T10:58:54+08:00"),
        ("MM/dd/yyyy hh:mm:ss a", "06/26/2018 12:50:01 PM", "2018-06-26T12:50:01+08:00"),
        ("MM/dd/yyyy hh:mm:ss a", "06/26/2018 12:00:00 am", "2018-06-26T00:00:00+08:00"),
        ("yyyy年M月d日 ah:mm", "2026年1月5日 下午3:07", "2026-01-05T15:07:00+08:00"),
        ("yyyyMMddHHmmss", "20260105093000", "2026-01-05T09:30:00+08:00"),
        ("yyyyMMdd", "20260105", "2026-01-05T00:00:00+08:00"), ("yy-MM-dd", "26-01-05", "2026-01-05T00:00:00+08:00"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSS", "2012-11-20T07:50:59.120", "2012-11-20T07:50:59.120+08:00"),
        ("yyyy-MM-ddTHH:mm:ssXXX", "2026-01-05T09:30:00+09:00", "2026-01-05T08:30:00+08:00"),
        ("yyyy-MM-ddTHH:mm:ssX", "2026-01-05T01:30:00Z", "2026-01-05T09:30:00+08:00"),
        ("H 'o''clock' d.M.yyyy", "9 o'clock 5.1.2026", "2026-01-05T09:00:00+08:00"),
    ])
    func datesAreRead(_ pattern: String, _ text: String, _ expected: String) throws {
        #expect(try DatePattern(pattern).parse(text, in: .shanghai)?.rfc3339(in: .shanghai) == expected)
    }

    @Test(arguments: [
        ("yyyy-MM-dd", "2026-1-05"), ("yyyy-MM-dd", "2026-01-05 "), ("yyyy-MM-dd", "2026-02-30"), ("yyyy-MM-dd", ""),
        ("yyyy-MM-dd", "0000-00-00"), ("yyyy/M/d", "2026/13/1"), ("hh a", "13 PM"), ("HH:mm", "25:00"),
        ("yyyy", "二〇二六"),
    ])
    func whatDoesNotFitIsNotRead(_ pattern: String, _ text: String) throws {
        #expect(try DatePattern(pattern).parse(text, in: .shanghai) == nil)
    }

    @Test(arguments: ["yyyy-MM-dd 'open", "YYYY-MM-dd", "yyy", "dd MMM yyyy", "yyyy-MM-dd at HH"])
    func unknownLettersAreRefused(_ pattern: String) {
        #expect(throws: SelectorError.self) { try DatePattern(pattern) }
    }

    @Test(arguments: ["yyyy-MM-dd HH:mm:ss", "yyyy/M/d h:mm:ss a", "yyyy年MM月dd日HH时mm分ss秒", "yyyy-MM-ddTHH:mm:ssXXX"])
    func writingAndReadingAgree(_ pattern: String) throws {
        let compiled = try DatePattern(pattern)
        for seconds in stride(from: 0, to: 86400, by: 1777) {
            let time = Timestamp(seconds: 1_767_542_400 + seconds)
            #expect(compiled.parse(compiled.format(time, in: .shanghai), in: .shanghai) == time)
        }
    }
}
