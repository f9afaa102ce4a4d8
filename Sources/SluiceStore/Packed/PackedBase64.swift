package import Foundation
internal import SluiceSDK

/// A cell in which some bytes stand in base64 once, like the sealed part of an item's line. What is sealed looks like
/// noise, and noise in base64 is a third longer: it is kept as bytes, and the rest is packed by itself.
///
/// The marker, where the base64 began and how many bytes it stands for (four bytes each, most significant first), these
/// bytes, and a cell of the rest.
package enum PackedBase64 {
    static let marker: [UInt8] = [0xFC, 0x02, 0x53, 0x4C]
    private static let headLength = marker.count + 8

    /// - Parameter raw: bytes that stand in `bytes` in base64; where they do not, this is an ordinary cell.
    package static func data(_ bytes: [UInt8], with raw: [UInt8]) -> Data {
        let text = Array(Base64.encode(raw).utf8)
        guard !raw.isEmpty, let offset = offset(of: text, in: bytes) else { return Packed.data(bytes) }
        let rest = Packed.data(Array(bytes[..<offset] + bytes[(offset + text.count)...]))
        var cell = Data(capacity: headLength + raw.count + rest.count)
        cell.append(contentsOf: marker)
        for number in [offset, raw.count] {
            withUnsafeBytes(of: UInt32(number).bigEndian) { cell.append(contentsOf: $0) }
        }
        cell.append(contentsOf: raw)
        cell.append(rest)
        return cell
    }

    static func bytes(_ cell: Data) throws -> [UInt8] {
        let cell = Array(cell)
        guard cell.count >= headLength else { throw PackedCellError() }
        let (offset, count) = (number(cell, at: marker.count), number(cell, at: marker.count + 4))
        guard count <= cell.count - headLength else { throw PackedCellError() }
        let rest = try Packed.bytes(Data(cell[(headLength + count)...]))
        guard offset <= rest.count else { throw PackedCellError() }
        let text = Base64.encode(Array(cell[headLength..<(headLength + count)]))
        return Array(rest[..<offset]) + Array(text.utf8) + Array(rest[offset...])
    }

    private static func number(_ cell: [UInt8], at index: Int) -> Int {
        cell[index..<(index + 4)].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func offset(of text: [UInt8], in bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, text.count <= bytes.count else { return nil }
            var index = 0
            while index <= bytes.count - text.count {
                let left = bytes.count - text.count - index + 1
                guard let found = memchr(start + index, Int32(text[0]), left) else { return nil }
                if memcmp(found, text, text.count) == 0 { return UnsafeRawPointer(found) - start }
                index = UnsafeRawPointer(found) - start + 1
            }
            return nil
        }
    }
}
