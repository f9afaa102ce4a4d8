/// The value of a Retry-After header: seconds, or an HTTP date.
public enum RetryAfter {
    /// Nobody makes us wait longer than this.
    private static let most = 24 * 3600

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// nil when the text is neither form; never negative, at most a day.
    public static func parse(_ text: String, now: Timestamp) -> Duration? {
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return .seconds(min(Int(text) ?? most, most))
        }
        guard let time = date(text) else { return nil }
        return .seconds(min(max(0, time.seconds - now.seconds), most))
    }

    /// RFC 9110's preferred form: `Wed, 21 Oct 2026 07:28:00 GMT`.
    private static func date(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", words[1].count == 2,
            let month = months.firstIndex(of: String(words[2]))
        else { return nil }
        return Timestamp(rfc3339: "\(words[3])-\(padded(month + 1, 2))-\(words[1])T\(words[4])Z")
    }
}
