internal import Foundation

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    public var milliseconds: Int64

    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    public init(seconds: Int) {
        milliseconds = Int64(seconds) * 1000
    }

    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// Whole seconds, rounded down.
    public var seconds: Int { Int(milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000) }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    public func adding(_ duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        return Timestamp(milliseconds: milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    /// RFC 3339 with the zone's offset, `2026-01-05T09:30:00+08:00`; milliseconds only where there are any.
    public func rfc3339(in zone: Zone = .utc) -> String {
        let civil = CivilTime(self, in: zone)
        guard (0...9999).contains(civil.year) else { return civil.date + "T" + civil.time + zone.offsetText(at: self) }
        // Each ticket is stamped a few times: digits go straight into the text.
        return String(unsafeUninitializedCapacity: 32) { out in
            var writer = DigitWriter(out: out)
            writer.writeDate(civil)
            writer.write(civil.hour, 2, after: "T")
            writer.write(civil.minute, 2, after: ":")
            writer.write(civil.second, 2, after: ":")
            if civil.millisecond != 0 { writer.write(civil.millisecond, 3, after: ".") }
            let minutes = zone.offset(at: self) / 60
            if minutes == 0 {
                writer.write("Z")
            } else {
                writer.write(abs(minutes) / 60, 2, after: minutes < 0 ? "-" : "+")
                writer.write(abs(minutes) % 60, 2, after: ":")
            }
            return writer.count
        }
    }

    /// Whether RFC 3339 has a spelling for this moment in that zone: its years have four digits and no sign.
    public func isWritable(in zone: Zone) -> Bool {
        (0...9999).contains(CivilTime(self, in: zone).year)
    }

    /// Reads RFC 3339 (an offset is required, a space may stand for `T`); nil when it is something else.
    public init?(rfc3339 text: String) {
        guard let parsed = RFC3339.parse(text) else { return nil }
        self = parsed
    }

    /// The calendar day in a zone, `2026-01-05`.
    public func day(in zone: Zone) -> String { CivilTime(self, in: zone).date }
}

/// A time zone whose offsets are looked up once for each day, since the system's look-up is slow.
public final class Zone: Sendable {
    public static let utc = Zone(name: "UTC")!
    public static let shanghai = Zone(name: "Asia/Shanghai")!

    public let name: String
    private let zone: TimeZone
    /// Seconds east of UTC when the zone has had one offset since 1992, as Asia/Shanghai has; nil when it varies.
    private let fixed: Int?

    /// An IANA name or an offset like `+08:00`; nil when there is no such zone.
    public init?(name: String) {
        if let offset = RFC3339.offset(name) {
            guard let found = TimeZone(secondsFromGMT: offset) else { return nil }
            zone = found
            fixed = offset
        } else {
            guard let found = TimeZone(identifier: name) else { return nil }
            zone = found
            let recent = Date(timeIntervalSince1970: Self.settled)
            let varies = found.nextDaylightSavingTimeTransition(after: recent) != nil
            fixed = varies ? nil : found.secondsFromGMT(for: recent)
        }
        self.name = name
    }

    private static let settled: Double = 694_224_000  // 1992-01-01

    /// Seconds east of UTC, in whole minutes: local times before the railways have odd seconds, which no offset spells.
    public func offset(at time: Timestamp) -> Int {
        if let fixed, Double(time.seconds) >= Self.settled { return fixed }
        return zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time.seconds))) / 60 * 60
    }

    func offsetText(at time: Timestamp) -> String {
        let minutes = offset(at: time) / 60
        if minutes == 0 { return "Z" }
        return (minutes < 0 ? "-" : "+") + padded(abs(minutes) / 60, 2) + ":" + padded(abs(minutes) % 60, 2)
    }

    /// The moment of a wall-clock reading, given as if it were UTC. Where clocks go back, the earlier one.
    func moment(wallSeconds: Int, milliseconds: Int = 0) -> Timestamp {
        let guess = Timestamp(seconds: wallSeconds - offset(at: Timestamp(seconds: wallSeconds)))
        let settled = Timestamp(seconds: wallSeconds - offset(at: guess))
        return Timestamp(milliseconds: settled.milliseconds + Int64(milliseconds))
    }
}

/// A wall-clock reading in the proleptic Gregorian calendar.
public struct CivilTime: Sendable, Equatable {
    public var year: Int
    public var month: Int
    public var day: Int
    public var hour: Int
    public var minute: Int
    public var second: Int
    public var millisecond: Int

    public init(_ time: Timestamp, in zone: Zone) {
        let local = time.seconds + zone.offset(at: time)
        let days = local >= 0 ? local / 86400 : (local - 86399) / 86400
        let rest = local - days * 86400
        (year, month, day) = Self.civil(days: days)
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        millisecond = Int(time.milliseconds - Int64(time.seconds) * 1000)
    }

    init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, millisecond: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
        self.millisecond = millisecond
    }

    public var date: String {
        guard (0...9999).contains(year) else { return "\(year)-" + padded(month, 2) + "-" + padded(day, 2) }
        return String(unsafeUninitializedCapacity: 10) { out in
            var writer = DigitWriter(out: out)
            writer.writeDate(self)
            return writer.count
        }
    }
    public var time: String { padded(hour, 2) + ":" + padded(minute, 2) + ":" + padded(second, 2) }

    /// False for a thirteenth month, a 30 February, an hour 25. Second 60 is a leap second and taken as 59.
    var isValid: Bool {
        guard (1...12).contains(month), (1...Self.length(of: month, in: year)).contains(day) else { return false }
        return (0...23).contains(hour) && (0...59).contains(minute) && (0...60).contains(second)
    }

    func timestamp(in zone: Zone) -> Timestamp {
        let seconds = Self.days(year, month, day) * 86400 + hour * 3600 + minute * 60 + min(second, 59)
        return zone.moment(wallSeconds: seconds, milliseconds: millisecond)
    }

    static func length(of month: Int, in year: Int) -> Int {
        if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
        return [4, 6, 9, 11].contains(month) ? 30 : 31
    }

    /// Days since 1970-01-01; years begin in March, so that the leap day comes last.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    static func civil(days: Int) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

/// Writes digits with leading zeros, and what stands between them, into memory that is large enough.
private struct DigitWriter {
    let out: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(out: UnsafeMutableBufferPointer<UInt8>) {
        self.out = out
    }

    mutating func write(_ mark: Unicode.Scalar) {
        out[count] = UInt8(ascii: mark)
        count += 1
    }

    mutating func writeDate(_ civil: CivilTime) {
        write(civil.year, 4, after: nil)
        write(civil.month, 2, after: "-")
        write(civil.day, 2, after: "-")
    }

    mutating func write(_ number: Int, _ width: Int, after mark: Unicode.Scalar?) {
        if let mark { write(mark) }
        var rest = number
        for place in stride(from: count + width - 1, through: count, by: -1) {
            out[place] = UInt8(0x30 + rest % 10)
            rest /= 10
        }
        count += width
    }
}

func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return text.count >= width ? text : String(repeating: "0", count: width - text.count) + text
}
