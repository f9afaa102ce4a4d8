internal import CLibXML2
internal import SluiceSDK

extension TextDecoding {
    /// nil when the text is not of this kind, or unpacks to what is not UTF-8.
    func decode(_ text: String) -> String? {
        switch self {
        case .base64: Base64.decode(text).flatMap { String(validating: $0, as: UTF8.self) }
        case .url: Self.percentDecoded(text)
        case .htmlEntities: Self.entitiesDecoded(text)
        }
    }

    /// As forms write it: `+` is a space.
    private static func percentDecoded(_ text: String) -> String? {
        var out: [UInt8] = []
        var bytes = Array(text.utf8)[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "+"): out.append(0x20)
            case UInt8(ascii: "%"):
                guard let decoded = Hex.decode(String(decoding: bytes.prefix(2), as: UTF8.self)), decoded.count == 1
                else { return nil }
                out.append(decoded[0])
                bytes = bytes.dropFirst(2)
            default: out.append(byte)
            }
        }
        return String(validating: out, as: UTF8.self)
    }

    /// `&amp;`, `&#20013;`, `&#x4E2D;`; what is no entity stays as it stands.
    private static func entitiesDecoded(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var out = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            // The longest named entity has eight letters.
            guard scalar == "&", let end = rest.prefix(12).firstIndex(of: ";"),
                let decoded = entity(String(rest[..<end]))
            else {
                out.append(scalar)
                continue
            }
            out.append(decoded)
            rest = rest[rest.index(after: end)...]
        }
        return String(out)
    }

    private static func entity(_ name: String) -> Unicode.Scalar? {
        guard name.first == "#" else {
            guard let found = htmlEntityLookup(name) else { return name == "apos" ? "'" : nil }
            return Unicode.Scalar(found.pointee.value)
        }
        let digits = name.dropFirst()
        let isHex = digits.first == "x" || digits.first == "X"
        let number = isHex ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
    }
}
