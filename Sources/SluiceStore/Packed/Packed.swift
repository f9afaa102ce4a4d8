internal import CZstd
package import GRDB
package import Foundation
internal import SluiceSDK

/// Bodies as they stand in a store: compressed, each by itself, so that one can be read, erased or let go without the
/// others. Every zone keeps a ticket's text once, and nothing costs a store more than these bytes: each is written to
/// the log, then to the file.
///
/// A packed cell begins with `FC 01`, which no UTF-8 or GB18030 text and no JSON begins with; a zstd frame follows,
/// made with dictionary 1. Everything else is a plain cell: what is short, what was written before, what does not get
/// smaller. An empty cell stays empty: `length(cell) > 0` says the same of both.
///
/// A cell with digests or base64 in it, which do not pack, may be kept with the bytes that they stand for: see
/// `PackedSpans`.
package enum Packed {
    /// Changes no table. An older Sluice, which would take packed cells for what they hold, refuses a store that has it.
    package static let migration = "SELECT 1"

    private static let marker: [UInt8] = [0xFC, 0x01]
    /// Shorter ones gain too little.
    private static let shortest = 128
    /// From here on a message is many records, which the slower level finds to be alike.
    private static let large = 16 << 10
    /// More than any message that a zone takes; a damaged length shall not take the memory.
    private static let largest: UInt64 = 1 << 30

    package static func data(_ bytes: [UInt8]) -> Data { Data(cell(bytes)) }

    /// The same for a `BoundStatement`.
    package static func cell(_ bytes: [UInt8]) -> [UInt8] {
        bytes.withUnsafeBytes { pack($0) } ?? bytes
    }

    /// Empty when the column is null.
    package static func bytes(_ row: Row, _ index: Int) throws -> [UInt8] {
        try row.withUnsafeData(atIndex: index) { try $0.map(bytes) ?? [] }
    }

    package static func bytes(_ data: Data) throws -> [UInt8] {
        guard data.first == marker[0] else { return Array(data) }
        if data.starts(with: PackedSpans.marker) { return try PackedSpans.bytes(data) }
        if data.starts(with: PackedBase64.marker) { return try PackedBase64.bytes(data) }
        guard data.starts(with: marker) else { return Array(data) }
        return try data.withUnsafeBytes { try unpack(UnsafeRawBufferPointer(rebasing: $0[marker.count...])) }
    }

    /// `unpacked(cell)`, for whoever looks into a cell with SQL.
    static let function = DatabaseFunction("unpacked", argumentCount: 1, pure: true) { values in
        guard let data = Data.fromDatabaseValue(values[0]) else { return nil }
        return Data(try bytes(data))
    }

    /// nil when the cell stays plain.
    private static func pack(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        let mustBePacked =
            bytes.first == marker[0]
            && [marker, PackedBase64.marker, PackedSpans.marker].contains { bytes.starts(with: $0) }
        guard bytes.count >= shortest || mustBePacked else { return nil }
        let bound = ZSTD_compressBound(bytes.count)
        let dictionary = bytes.count < large ? PackDictionary.quick : PackDictionary.thorough
        var count = 0
        let room = [UInt8](unsafeUninitializedCapacity: marker.count + bound) { buffer, size in
            for (index, byte) in marker.enumerated() { buffer.initializeElement(at: index, to: byte) }
            count = PackContext.compressing.use { context in
                ZSTD_compress_usingCDict(
                    context, buffer.baseAddress! + marker.count, bound, bytes.baseAddress, bytes.count,
                    dictionary.pointer)
            }
            size = ZSTD_isError(count) == 0 ? marker.count + count : 0
        }
        let isSmaller = !room.isEmpty && room.count < bytes.count
        return isSmaller || (mustBePacked && !room.isEmpty) ? room : nil
    }

    private static func unpack(_ frame: UnsafeRawBufferPointer) throws -> [UInt8] {
        let size = ZSTD_getFrameContentSize(frame.baseAddress, frame.count)
        guard size <= largest else { throw PackedCellError() }
        return try [UInt8](unsafeUninitializedCapacity: Int(size)) { buffer, count in
            let found = PackContext.decompressing.use { context in
                ZSTD_decompress_usingDDict(
                    context, buffer.baseAddress, buffer.count, frame.baseAddress, frame.count,
                    PackDictionary.reading.pointer)
            }
            guard ZSTD_isError(found) == 0, found == Int(size) else { throw PackedCellError() }
            count = found
        }
    }
}

/// A cell begins like a packed one and is none.
package struct PackedCellError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String {
        "[store.damaged-cell] a stored body cannot be unpacked; run `sluice store check` and restore a backup"
    }
}
