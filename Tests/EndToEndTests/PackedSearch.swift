import CZstd
import Foundation

@testable import SluiceStore

/// Looks for a text in the bytes of a file, also where stores keep it packed: in tables, in pages that are free, in logs.
enum PackedSearch {
    /// How a packed cell begins: its marker, then zstd's.
    private static let start = Data([0xFC, 0x01, 0x28, 0xB5, 0x2F, 0xFD])

    static func holds(_ text: String, _ file: Data) -> Bool {
        let wanted = Data(text.utf8)
        return file.range(of: wanted) != nil || contents(of: file).contains { Data($0).range(of: wanted) != nil }
    }

    /// What the packed cells of a file hold. What has lost its end was written over in part: nobody can unpack that.
    static func contents(of file: Data) -> [[UInt8]] {
        var contents: [[UInt8]] = []
        var from = file.startIndex
        while let hit = file.range(of: start, in: from..<file.endIndex) {
            from = hit.upperBound
            if let cell = cell(in: file[hit.lowerBound...]), let bytes = try? Packed.bytes(cell) {
                contents.append(bytes)
            }
        }
        return contents
    }

    private static func cell(in bytes: Data) -> Data? {
        let frame = Data(bytes.dropFirst(2))
        let size = frame.withUnsafeBytes { ZSTD_findFrameCompressedSize($0.baseAddress, $0.count) }
        return ZSTD_isError(size) == 0 ? Data(bytes.prefix(2 + size)) : nil
    }
}
