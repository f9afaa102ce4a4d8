internal import Foundation
internal import SluiceStore

extension Blob {
    /// Event ids as eight bytes each, big-endian.
    static func pack(_ numbers: [Int64]) -> Data {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * 8)
        for number in numbers { withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) } }
        return Data(bytes)
    }

    static func unpack(_ bytes: [UInt8]) -> [Int64] {
        stride(from: 0, to: bytes.count - bytes.count % 8, by: 8).map { start in
            bytes[start..<start + 8].reduce(Int64(0)) { $0 << 8 | Int64($1) }
        }
    }
}
