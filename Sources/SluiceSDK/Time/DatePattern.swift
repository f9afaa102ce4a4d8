/// A date as a source writes it (`yyyy-MM-dd HH:mm:ss`, `yyyy/M/d H:mm`, `MM/dd/yyyy hh:mm:ss a`), compiled once.
///
/// Letters follow Unicode TR35: y M d H h m s S a, and X for an offset; a single letter takes one or two digits.
/// Everything else, and text between single quotes, stands for itself.
public struct DatePattern: Sendable {
    enum Part: Sendable, Equatable {
        case year(Int)
        case month(Int), day(Int), hour(Int), hour12(Int), minute(Int), second(Int)
        case fraction(Int)
        case dayPeriod
        case offset
        case literal(Character)
    }

    public let text: String
    let parts: [Part]

    /// - Throws: `SelectorError` with code `date.pattern`.
    public init(_ text: String) throws {
        self.text = text
        parts = try Self.parse(text)
    }

    /// - Parameter zone: where the reading is taken when the pattern has no offset.
    /// - Returns: nil when the text does not follow the pattern to its end, or names no real time.
    public func parse(_ text: String, in zone: Zone) -> Timestamp? {
        var reader = DigitReader(text)
        var civil = CivilTime(year: 1970, month: 1, day: 1)
        var isAfternoon: Bool?
        var offset: Int?
        for part in parts {
            switch part {
            case .year(let width):
                guard let value = reader.digits(width == 2 ? 2 : 4) else { return nil }
                civil.year = width == 2 ? 2000 + value : value
            case .month(let width): guard let value = reader.number(width) else { return nil }; civil.month = value
            case .day(let width): guard let value = reader.number(width) else { return nil }; civil.day = value
            case .hour(let width): guard let value = reader.number(width) else { return nil }; civil.hour = value
            case .hour12(let width):
                guard let value = reader.number(width), (1...12).contains(value) else { return nil }
                civil.hour = value % 12
            case .minute(let width): guard let value = reader.number(width) else { return nil }; civil.minute = value
            case .second(let width): guard let value = reader.number(width) else { return nil }; civil.second = value
            case .fraction: guard let value = reader.fraction() else { return nil }; civil.millisecond = value
            case .dayPeriod: guard let value = reader.dayPeriod() else { return nil }; isAfternoon = value
            case .offset:
                offset = RFC3339.offset(reader.rest)
                guard offset != nil else { return nil }
                reader = DigitReader("")
            case .literal(let character): guard reader.takeAny(character) else { return nil }
            }
        }
        if isAfternoon == true { civil.hour += 12 }
        guard reader.isAtEnd, civil.isValid else { return nil }
        guard let offset else { return civil.timestamp(in: zone) }
        return Timestamp(milliseconds: civil.timestamp(in: .utc).milliseconds - Int64(offset) * 1000)
    }

    public func format(_ time: Timestamp, in zone: Zone) -> String {
        let civil = CivilTime(time, in: zone)
        var out = ""
        for part in parts {
            switch part {
            case .year(let width): out += width == 2 ? padded(civil.year % 100, 2) : padded(civil.year, 4)
            case .month(let width): out += padded(civil.month, width)
            case .day(let width): out += padded(civil.day, width)
            case .hour(let width): out += padded(civil.hour, width)
            case .hour12(let width): out += padded((civil.hour + 11) % 12 + 1, width)
            case .minute(let width): out += padded(civil.minute, width)
            case .second(let width): out += padded(civil.second, width)
            case .fraction(let width): out += String((padded(civil.millisecond, 3) + "000000").prefix(width))
            case .dayPeriod: out += civil.hour < 12 ? "AM" : "PM"
            case .offset: out += zone.offsetText(at: time)
            case .literal(let character): out.append(character)
            }
        }
        return out
    }

    private static func parse(_ text: String) throws -> [Part] {
        var parts: [Part] = []
        var rest = Substring(text)
        while let letter = rest.first {
            if letter == "'" {
                let (literal, after) = try quoted(rest, in: text)
                parts += literal.map(Part.literal)
                rest = after
                continue
            }
            let run = rest.prefix { $0 == letter }.count
            if letter.isASCII && letter.isLetter && letter != "T" && letter != "Z" {
                parts.append(try part(letter, run, in: text))
                rest = rest.dropFirst(run)
            } else {
                parts.append(.literal(letter))
                rest = rest.dropFirst()
            }
        }
        return parts
    }

    private static func part(_ letter: Character, _ width: Int, in text: String) throws -> Part {
        switch letter {
        case "y" where width == 2 || width == 4 || width == 1: return .year(width)
        case "M" where width <= 2: return .month(width)
        case "d" where width <= 2: return .day(width)
        case "H" where width <= 2: return .hour(width)
        case "h" where width <= 2: return .hour12(width)
        case "m" where width <= 2: return .minute(width)
        case "s" where width <= 2: return .second(width)
        case "S" where width <= 9: return .fraction(width)
        case "a" where width == 1: return .dayPeriod
        case "X" where width <= 3: return .offset
        default:
            throw SelectorError(
                "date.pattern",
                "'\(String(repeating: letter, count: width))' in date pattern \"\(text)\" means nothing; "
                    + "use yyyy MM M dd d HH H hh h mm ss SSS a X, and quote other letters: 'T'")
        }
    }

    private static func quoted(_ rest: Substring, in text: String) throws -> (String, Substring) {
        var body = rest.dropFirst()
        if body.first == "'" { return ("'", body.dropFirst()) }
        var literal = ""
        while let end = body.firstIndex(of: "'") {
            literal += body[..<end]
            body = body[body.index(after: end)...]
            // Two quotes stand for one, inside quotes too.
            guard body.first == "'" else { return (literal, body) }
            literal += "'"
            body = body.dropFirst()
        }
        throw SelectorError("date.pattern", "a quote is not closed in date pattern \"\(text)\"")
    }
}

extension DigitReader {
    /// One letter in the pattern takes one or two digits, two letters exactly two.
    fileprivate mutating func number(_ width: Int) -> Int? {
        digits(atLeast: width == 1 ? 1 : 2, atMost: 2)
    }

    fileprivate mutating func takeAny(_ character: Character) -> Bool {
        if character.isASCII { return take(character) }
        guard rest.hasPrefix(String(character)) else { return false }
        self = DigitReader(String(rest.dropFirst()))
        return true
    }

    /// AM, PM in any case, 上午, 下午.
    fileprivate mutating func dayPeriod() -> Bool? {
        let periods = [("am", false), ("pm", true), ("上午", false), ("下午", true)]
        let text = rest
        for (name, isAfternoon) in periods where text.lowercased().hasPrefix(name) {
            self = DigitReader(String(text.dropFirst(name.count)))
            return isAfternoon
        }
        return nil
    }
}
