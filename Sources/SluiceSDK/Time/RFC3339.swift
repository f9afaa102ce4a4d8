/// RFC 3339 by hand: Foundation's formatter costs more than parsing the whole ticket.
enum RFC3339 {
    static func parse(_ text: String) -> Timestamp? {
        var reader = DigitReader(text)
        guard let year = reader.digits(4), reader.take("-"), let month = reader.digits(2), reader.take("-"),
            let day = reader.digits(2), reader.take("T") || reader.take("t") || reader.take(" "),
            let hour = reader.digits(2), reader.take(":"), let minute = reader.digits(2), reader.take(":"),
            let second = reader.digits(2)
        else { return nil }
        let millisecond = reader.take(".") ? reader.fraction() : 0
        guard let millisecond, let offset = offset(reader.rest) else { return nil }
        let civil = CivilTime(
            year: year, month: month, day: day, hour: hour, minute: minute, second: second, millisecond: millisecond)
        guard civil.isValid else { return nil }
        let utc = civil.timestamp(in: .utc)
        return Timestamp(milliseconds: utc.milliseconds - Int64(offset) * 1000)
    }

    /// Seconds east of UTC of `Z`, `+08:00` or `-0330`.
    static func offset(_ text: String) -> Int? {
        if text == "Z" || text == "z" { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        var reader = DigitReader(String(text.dropFirst()))
        guard let hours = reader.digits(2) else { return nil }
        _ = reader.take(":")
        guard let minutes = reader.digits(2), reader.rest.isEmpty, hours <= 18, minutes <= 59 else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
}

/// Reads digits from the front of a text.
struct DigitReader {
    private var bytes: ArraySlice<UInt8>

    init(_ text: String) {
        bytes = Array(text.utf8)[...]
    }

    var rest: String { String(decoding: bytes, as: UTF8.self) }
    var isAtEnd: Bool { bytes.isEmpty }

    mutating func take(_ character: Character) -> Bool {
        guard let byte = character.asciiValue, bytes.first == byte else { return false }
        bytes = bytes.dropFirst()
        return true
    }

    /// Exactly `count` digits.
    mutating func digits(_ count: Int) -> Int? {
        digits(atLeast: count, atMost: count)
    }

    mutating func digits(atLeast least: Int, atMost most: Int) -> Int? {
        var value = 0
        var taken = 0
        while taken < most, let byte = bytes.first, (0x30...0x39).contains(byte) {
            value = value * 10 + Int(byte - 0x30)
            bytes = bytes.dropFirst()
            taken += 1
        }
        return taken >= least ? value : nil
    }

    /// The digits behind a decimal point, as milliseconds.
    mutating func fraction() -> Int? {
        var value = 0
        var taken = 0
        while let byte = bytes.first, (0x30...0x39).contains(byte) {
            if taken < 3 { value = value * 10 + Int(byte - 0x30) }
            taken += 1
            bytes = bytes.dropFirst()
        }
        guard taken > 0 else { return nil }
        for _ in min(taken, 3)..<3 { value *= 10 }
        return value
    }
}
