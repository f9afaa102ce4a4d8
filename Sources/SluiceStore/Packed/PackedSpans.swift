internal import Foundation

/// A cell in which some pieces stand as the bytes that they stand for, like the digests and the sealed part of an item's
/// line. They look like noise, and noise in base64 is a third longer, in hexadecimal twice as long: it does not pack.
///
/// The marker, the number of pieces in one byte, each piece (its encoding in one byte, where it belongs in the rest and how
/// many bytes it has, four bytes each, most significant first, and these bytes), and a cell of the rest.
package enum PackedSpans {
    static let marker: [UInt8] = [0xFC, 0x03, 0x53, 0x4C]

    /// - Parameter spans: ascending. Those that do not stand in `bytes` in just that spelling are left where they are.
    package static func cell(_ bytes: [UInt8], _ spans: [EncodedSpan]) -> [UInt8] {
        var (cell, rest): ([UInt8], [UInt8]) = (marker + [0], [])
        cell.reserveCapacity(bytes.count)
        rest.reserveCapacity(bytes.count)
        var start = 0
        for span in spans where !span.raw.isEmpty && span.offset >= start && cell[marker.count] < 255 {
            var text = span.text
            let isThere = text.withUTF8 { text in
                bytes.count - span.offset >= text.count
                    && bytes.withUnsafeBytes { memcmp($0.baseAddress! + span.offset, text.baseAddress!, text.count) }
                        == 0
            }
            guard isThere else { continue }
            rest += bytes[start..<span.offset]
            cell[marker.count] += 1
            cell.append(span.encoding.rawValue)
            append(rest.count, to: &cell)
            append(span.raw.count, to: &cell)
            cell += span.raw
            start = span.offset + text.utf8.count
        }
        guard start > 0 else { return Packed.cell(bytes) }
        rest += bytes[start...]
        return cell + Packed.cell(rest)
    }

    static func bytes(_ cell: Data) throws -> [UInt8] {
        var reader = Reader(bytes: Array(cell), index: marker.count)
        let count = try reader.take(1)[reader.index - 1]
        var spans: [EncodedSpan] = []
        for _ in 0..<count {
            guard let encoding = EncodedSpan.Encoding(rawValue: try reader.take(1).first ?? 255) else {
                throw PackedCellError()
            }
            let offset = try reader.number()
            spans.append(EncodedSpan(encoding, at: offset, Array(try reader.take(try reader.number()))))
        }
        let rest = try Packed.bytes(Data(reader.bytes[reader.index...]))
        var (out, start): ([UInt8], Int) = ([], 0)
        out.reserveCapacity(cell.count * 2)
        for span in spans {
            guard span.offset >= start, span.offset <= rest.count else { throw PackedCellError() }
            out += rest[start..<span.offset]
            out += span.text.utf8
            start = span.offset
        }
        return out + rest[start...]
    }

    private static func append(_ number: Int, to cell: inout [UInt8]) {
        withUnsafeBytes(of: UInt32(number).bigEndian) { cell.append(contentsOf: $0) }
    }

    struct Reader {
        let bytes: [UInt8]
        var index: Int

        mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
            guard count >= 0, bytes.count - index >= count else { throw PackedCellError() }
            index += count
            return bytes[(index - count)..<index]
        }

        mutating func number() throws -> Int { try take(4).reduce(0) { $0 << 8 | Int($1) } }
    }
}
