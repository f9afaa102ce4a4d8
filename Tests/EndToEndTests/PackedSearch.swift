import CZstd
import Foundation

@testable import SluiceStore

/// Looks for a text in the bytes of a file, also where stores keep it packed: in tables, in pages that are free, in logs.
enum PackedSearch {
    /// How a packed cell begins: its marker, then zstd's.
    private static let start = Data([0xFC, 0x01, 0x28, 0xB5, 0x2F, 0xFD])

    static func holds(_ text: String, _ file: Data) -> Bool {
        let wanted = Data(text.utf8)
        if file.range(of: wanted) != nil { return true }
        var from = file.startIndex
        while let hit = file.range(of: start, in: from..<file.endIndex) {
            from = hit.upperBound
            // What has lost its end was written over in part: nobody can unpack that.
            guard let cell = cell(in: file[hit.lowerBound...]), let bytes = try? Packed.bytes(cell) else { continue }
            if Data(bytes).range(of: wanted) != nil { return true }
        }
        return false
    }

    private static func cell(in bytes: Data) -> Data? {
        let frame = Data(bytes.dropFirst(2))
        let size = frame.withUnsafeBytes { ZSTD_findFrameCompressedSize($0.baseAddress, $0.count) }
        return ZSTD_isError(size) == 0 ? Data(bytes.prefix(2 + size)) : nil
    }
}
