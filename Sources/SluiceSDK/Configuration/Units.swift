/// Durations, sizes and rates as ops write them.
public enum Units {
    /// Seconds in a hundred years: what is added to a time stays one.
    private static let longest = 36_525 * 86_400

    /// `200ms`, `30s`, `10m`, `24h`, `30d`, at most a hundred years; nil when it is something else.
    public static func duration(_ text: String) -> Duration? {
        guard let (number, unit) = split(text) else { return nil }
        if unit == "ms" { return number <= longest * 1000 ? .milliseconds(number) : nil }
        let scales = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let scale = scales[unit], number <= longest / scale else { return nil }
        return .seconds(number * scale)
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
