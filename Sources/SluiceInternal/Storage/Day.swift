public import SluiceSDK

/// A calendar day in the gateway's zone as ledgers count by it: 20260105.
public struct Day: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var number: Int

    public init(number: Int) {
        self.number = number
    }

    public init(_ time: Timestamp, in zone: Zone) {
        let civil = CivilTime(time, in: zone)
        number = civil.year * 10_000 + civil.month * 100 + civil.day
    }

    /// `2026-01-05`; nil when it is something else.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1...12).contains(month), (1...31).contains(day), (0...9999).contains(year)
        else { return nil }
        number = year * 10_000 + month * 100 + day
    }

    public var description: String {
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(number / 10_000)-\(two(number / 100 % 100))-\(two(number % 100))"
    }

    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}
