internal import SluiceSDK

/// Encoded words (`=?gb2312?B?…?=`) written again as UTF-8, before GMime reads a header field.
///
/// Two things that senders do and GMime does not take: a character cut in two by the border of two words, and the label
/// `gb2312` on characters that only GB 18030 has. The label of a long parameter (`name*=gb2312''…`) is mended too.
enum EncodedWords {
    private struct Word {
        let charset: [UInt8]
        let bytes: [UInt8]
        let end: Int
    }

    static func normalized(_ raw: [UInt8]) -> [UInt8] {
        guard raw.contains(UInt8(ascii: "=")) else { return raw }
        var out: [UInt8] = []
        out.reserveCapacity(raw.count + 16)
        var index = 0
        while index < raw.count {
            if let first = word(raw, at: index) {
                index = take(first, raw, &out)
            } else if let length = chineseLabel(raw, at: index) {
                out.append(contentsOf: "gb18030".utf8)
                index += length
            } else {
                out.append(raw[index])
                index += 1
            }
        }
        return out
    }

    /// Writes a run of words in one charset as one word.
    /// - Returns: where it ends.
    private static func take(_ first: Word, _ raw: [UInt8], _ out: inout [UInt8]) -> Int {
        var bytes = first.bytes
        var end = first.end
        while let next = word(raw, at: afterSpace(raw, end)), next.charset == first.charset {
            bytes += next.bytes
            end = next.end
        }
        let text = MailText.decode(bytes, label: String(decoding: first.charset, as: UTF8.self))
        out.append(contentsOf: "=?utf-8?B?\(Base64.encode(Array(text.utf8)))?=".utf8)
        return end
    }

    private static func afterSpace(_ raw: [UInt8], _ index: Int) -> Int {
        raw[index...].firstIndex { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D } ?? raw.count
    }

    /// The word that begins here.
    private static func word(_ raw: [UInt8], at index: Int) -> Word? {
        guard index + 8 <= raw.count, raw[index] == UInt8(ascii: "="), raw[index + 1] == question,
            let first = raw[(index + 2)...].prefix(mostLabel).firstIndex(of: question), first + 2 < raw.count,
            raw[first + 2] == question, first > index + 2
        else { return nil }
        let start = first + 3
        guard let last = raw[start...].firstIndex(where: { $0 == question || $0 == 0x0A }), last + 1 < raw.count,
            raw[last] == question, raw[last + 1] == UInt8(ascii: "=")
        else { return nil }
        let payload = raw[start..<last]
        let label = raw[(index + 2)..<first].prefix { $0 != UInt8(ascii: "*") }.map { lower($0) }
        switch raw[first + 1] | 0x20 {
        case UInt8(ascii: "b"): return Word(charset: label, bytes: base64(payload), end: last + 2)
        case UInt8(ascii: "q"): return Word(charset: label, bytes: quoted(payload), end: last + 2)
        default: return nil
        }
    }

    private static let question = UInt8(ascii: "?")
    private static let mostLabel = 64

    /// What can be read of it: some senders pad wrongly.
    private static func base64(_ payload: ArraySlice<UInt8>) -> [UInt8] {
        var symbols = String(decoding: payload.filter { $0 != UInt8(ascii: "=") }, as: UTF8.self)
        if symbols.utf8.count % 4 == 1 { symbols.removeLast() }
        return Base64.decode(symbols) ?? []
    }

    private static func quoted(_ payload: ArraySlice<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        var rest = payload
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "="),
                let code = Hex.decode(String(decoding: rest.prefix(2), as: UTF8.self)), code.count == 1
            {
                out.append(code[0])
                rest = rest.dropFirst(2)
            } else {
                out.append(byte == UInt8(ascii: "_") ? 0x20 : byte)
            }
        }
        return out
    }

    private static let chineseLabels = ["gb_2312-80", "gb2312", "x-gbk", "gbk", "cp936", "euc-cn"].map {
        Array($0.utf8)
    }

    /// The length of a label of a long parameter that begins here: behind `=`, before `'`.
    private static func chineseLabel(_ raw: [UInt8], at index: Int) -> Int? {
        guard index > 0, raw[index - 1] == UInt8(ascii: "=") else { return nil }
        for label in chineseLabels where index + label.count < raw.count {
            guard raw[index + label.count] == UInt8(ascii: "'") else { continue }
            if zip(label, raw[index...]).allSatisfy({ $0 == lower($1) }) { return label.count }
        }
        return nil
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
