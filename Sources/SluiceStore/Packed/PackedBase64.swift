internal import Foundation
internal import SluiceSDK

/// How cells with one piece in base64 were written before: the marker, where it belongs, how many bytes it has, these
/// bytes, and a cell of the rest.
enum PackedBase64 {
    static let marker: [UInt8] = [0xFC, 0x02, 0x53, 0x4C]

    static func bytes(_ cell: Data) throws -> [UInt8] {
        var reader = PackedSpans.Reader(bytes: Array(cell), index: marker.count)
        let (offset, count) = (try reader.number(), try reader.number())
        let text = Base64.encode(Array(try reader.take(count)))
        let rest = try Packed.bytes(Data(reader.bytes[reader.index...]))
        guard offset <= rest.count else { throw PackedCellError() }
        return Array(rest[..<offset]) + Array(text.utf8) + Array(rest[offset...])
    }
}
