import ArgumentParser
import SluiceSDK

/// How people write a day or a time on the command line.
enum PointInTime {
    /// - Parameter zone: where it is meant, unless the text has an offset.
    static func read(_ text: String, in zone: Zone) throws -> Timestamp {
        if let time = Timestamp(rfc3339: text) { return time }
        for pattern in ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd HH:mm:ss"] {
            if let time = try DatePattern(pattern).parse(text, in: zone) { return time }
        }
        throw ValidationError("'\(text)' is not a date; write 2026-01-05, or \"2026-01-05 08:00\"")
    }
}
