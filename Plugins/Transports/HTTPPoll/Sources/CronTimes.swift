internal import SluiceSDK

/// Five fields of cron: minute, hour, day of the month, month, day of the week (0 and 7 are Sunday).
///
/// Where both days are restricted, either is enough, as cron has always had it.
struct CronTimes: Sendable {
    private let minutes: Set<Int>
    private let hours: Set<Int>
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    private let eitherDay: Bool

    /// Four years and a day: a 29 February comes again within it, but for the year 2100.
    private static let horizon = 1_462 * 24 * 60

    /// nil when this is not such an expression, or no date ever follows it.
    init?(_ text: String) {
        let fields = text.split(separator: " ")
        guard fields.count == 5, let minutes = Self.set(fields[0], 0...59), let hours = Self.set(fields[1], 0...23),
            let days = Self.set(fields[2], 1...31), let months = Self.set(fields[3], 1...12),
            let weekdays = Self.set(fields[4], 0...7)
        else { return nil }
        (self.minutes, self.hours, self.days, self.months) = (minutes, hours, days, months)
        self.weekdays = Set(weekdays.map { $0 % 7 })
        eitherDay = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
        guard next(after: Timestamp(seconds: 1_704_067_200), in: .utc) != nil else { return nil }
    }

    /// The first minute after a time that fits.
    func next(after time: Timestamp, in zone: Zone) -> Timestamp? {
        var minute = (time.seconds / 60 + 1) * 60
        var left = Self.horizon
        while left > 0 {
            let moment = Timestamp(seconds: minute)
            let civil = CivilTime(moment, in: zone)
            if !fitsDay(civil, moment, zone) {
                // To the next hour only: where clocks change, days do not have 24 of them.
                let step = 60 - civil.minute
                minute += step * 60
                left -= step
            } else if hours.contains(civil.hour), minutes.contains(civil.minute) {
                return moment
            } else {
                minute += 60
                left -= 1
            }
        }
        return nil
    }

    private func fitsDay(_ civil: CivilTime, _ moment: Timestamp, _ zone: Zone) -> Bool {
        guard months.contains(civil.month) else { return false }
        // 1970-01-01 was a Thursday.
        let local = moment.seconds + zone.offset(at: moment)
        let weekday = ((local >= 0 ? local / 86_400 : (local - 86_399) / 86_400) % 7 + 11) % 7
        let (isDay, isWeekday) = (days.contains(civil.day), weekdays.contains(weekday))
        return eitherDay ? isDay || isWeekday : isDay && isWeekday
    }

    /// `*`, `*/5`, `8-18`, `8-18/2`, `1,3,5`.
    private static func set(_ text: Substring, _ range: ClosedRange<Int>) -> Set<Int>? {
        var found: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard let first = pieces.first, pieces.count <= 2 else { return nil }
            var step = 1
            if pieces.count == 2 {
                guard let number = Int(pieces[1]), number > 0 else { return nil }
                step = number
            }
            guard let span = span(first, range, isStepped: pieces.count == 2) else { return nil }
            found.formUnion(stride(from: span.lowerBound, through: span.upperBound, by: step))
        }
        return found
    }

    private static func span(_ text: Substring, _ range: ClosedRange<Int>, isStepped: Bool) -> ClosedRange<Int>? {
        if text == "*" { return range }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let low = ends[0], range.contains(low), ends.count <= 2 else { return nil }
        guard ends.count == 2 else { return isStepped ? low...range.upperBound : low...low }
        guard let high = ends[1], range.contains(high), low <= high else { return nil }
        return low...high
    }
}
