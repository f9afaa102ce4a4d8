internal import SluiceSDK

extension Cleaning {
    /// Hygiene comes after it, for every kind of cleaning.
    func apply(_ text: String) -> String {
        switch self {
        case .text: text
        case .html: HTMLText.readable(text)
        case .phone: Self.phone(text)
        case .digits: String(String.UnicodeScalarView(text.unicodeScalars.compactMap(Self.digit)))
        }
    }

    /// Digits, a leading `+`, and an extension (behind 转, x, # or ext) after `-`; full-width characters too.
    private static func phone(_ text: String) -> String {
        var out = String.UnicodeScalarView()
        var awaitsExtension = false
        for scalar in text.unicodeScalars {
            if let digit = digit(scalar) {
                if awaitsExtension, !out.isEmpty { out.append("-") }
                awaitsExtension = false
                out.append(digit)
            } else if scalar == "+" || scalar == "\u{FF0B}" {
                if out.isEmpty { out.append("+") }
            } else if scalar == "转" || scalar == "x" || scalar == "X" || scalar == "#" || scalar == "＃" {
                awaitsExtension = true
            }
        }
        return String(out)
    }

    /// An ASCII or full-width digit, as ASCII.
    private static func digit(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x30...0x39: scalar
        case 0xFF10...0xFF19: Unicode.Scalar(scalar.value - 0xFF10 + 0x30)
        default: nil
        }
    }
}
