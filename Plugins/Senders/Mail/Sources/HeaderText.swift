internal import SluiceSDK

/// Text in header fields (RFC 2047): ASCII as it is, anything else in encoded words of at most 75 characters.
enum HeaderText {
    static func field(_ name: String, _ text: String) -> String { "\(name): " + encoded(text, quoting: false) }

    /// - Parameter quoting: the text is a name beside an address, where punctuation stands in quotes.
    static func encoded(_ text: String, quoting: Bool) -> String {
        let isPlain =
            text.utf8.allSatisfy { (0x20..<0x7F).contains($0) } && !text.contains("=?") && text.utf8.count < 60
        guard isPlain else { return words(text) }
        guard quoting, !text.utf8.allSatisfy(isWordByte) else { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: true
        default: false
        }
    }

    /// No character is cut in two: 39 bytes are 52 in base64, 64 with what stands around, and 73 behind `Subject: `.
    private static func words(_ text: String) -> String {
        var words: [String] = []
        var piece: [UInt8] = []
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if piece.count + bytes.count > 39 {
                words.append("=?utf-8?B?\(Base64.encode(piece))?=")
                piece = []
            }
            piece += bytes
        }
        if !piece.isEmpty { words.append("=?utf-8?B?\(Base64.encode(piece))?=") }
        return words.joined(separator: "\r\n ")
    }
}

/// `Mon, 05 Jan 2026 09:30:00 +0800`.
enum MailDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func text(_ time: Timestamp, _ zone: Zone) -> String {
        let civil = CivilTime(time, in: zone)
        let offset = zone.offset(at: time)
        let local = time.seconds + offset
        let day = local >= 0 ? local / 86400 : (local - 86399) / 86400
        let minutes = abs(offset) / 60
        return "\(days[((day % 7) + 7) % 7]), \(two(civil.day)) \(months[civil.month - 1]) \(civil.year) \(civil.time) "
            + (offset < 0 ? "-" : "+") + two(minutes / 60) + two(minutes % 60)
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
