/// Durations, sizes and rates as ops write them.
public enum Units {
    /// `200ms`, `30s`, `10m`, `24h`, `30d`; nil when it is something else.
    public static func duration(_ text: String) -> Duration? {
        guard let (number, unit) = split(text) else { return nil }
        switch unit {
        case "ms": return .milliseconds(number)
        case "s": return .seconds(number)
        case "m": return number <= Int.max / 60 ? .seconds(number * 60) : nil
        case "h": return number <= Int.max / 3600 ? .seconds(number * 3600) : nil
        case "d": return number <= Int.max / 86400 ? .seconds(number * 86400) : nil
        default: return nil
        }
    }

    /// Bytes: `512B`, `256KiB`, `8MiB`, `1GiB`.
    public static func size(_ text: String) -> Int? {
        guard let (number, unit) = split(text) else { return nil }
        let shifts = ["B": 0, "KiB": 10, "MiB": 20, "GiB": 30]
        guard let shift = shifts[unit], number <= Int.max >> shift else { return nil }
        return number << shift
    }

    /// `2000/s`, `100/m`, `10/h`: events for each second.
    public static func rate(_ text: String) -> Double? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), number > 0 else { return nil }
        switch parts[1] {
        case "s": return Double(number)
        case "m": return Double(number) / 60
        case "h": return Double(number) / 3600
        default: return nil
        }
    }

    /// `1s..5m`: the first and the longest of a row of growing waits.
    public static func durationRange(_ text: String) -> (first: Duration, most: Duration)? {
        guard let dots = text.firstRange(of: "..") else { return nil }
        guard let first = duration(String(text[..<dots.lowerBound])),
            let most = duration(String(text[dots.upperBound...]))
        else { return nil }
        return first > .zero && first <= most ? (first, most) : nil
    }

    private static func split(_ text: String) -> (Int, String)? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number >= 0 else { return nil }
        return (number, String(text.dropFirst(digits.count)))
    }
}
