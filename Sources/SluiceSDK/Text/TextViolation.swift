/// What in a text does not belong there, and where. It carries the code point and nothing of the text around it.
public struct TextViolation: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        case control
        case bidirectional
        case noncharacter
        case notNFC = "not-nfc"
    }

    public var kind: Kind
    public var scalar: Unicode.Scalar?
    /// In Unicode scalars, from 0.
    public var offset: Int

    init(_ kind: Kind, _ scalar: Unicode.Scalar?, at offset: Int) {
        self.kind = kind
        self.scalar = scalar
        self.offset = offset
    }

    /// A stable short label: `text.control`.
    public var code: String { "text.\(kind.rawValue)" }

    public var reason: String {
        let point = scalar.map { "U+" + hexadecimal($0.value) } ?? ""
        return switch kind {
        case .control: "control character \(point) at character \(offset)"
        case .bidirectional: "bidirectional control \(point) at character \(offset)"
        case .noncharacter: "noncharacter \(point) at character \(offset)"
        case .notNFC: "the text is not in Unicode normalization form C"
        }
    }

    public var description: String { "[\(code)] \(reason)" }

    private func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension TextViolation.Kind {
    /// nil when the scalar is text.
    init?(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x09, 0x0A, 0x20..<0x7F, 0xA0..<0x61C: return nil
        case 0..<0x20, 0x7F..<0xA0: self = .control
        case 0x61C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: self = .bidirectional
        case 0xFDD0...0xFDEF: self = .noncharacter
        default:
            guard scalar.value & 0xFFFE == 0xFFFE else { return nil }
            self = .noncharacter
        }
    }
}
