package import Foundation
package import GRDB

/// Bytes to and from SQLite.
package enum Blob {
    package static func data(_ bytes: [UInt8]) -> Data { Data(bytes) }

    /// Empty when the column is null.
    package static func bytes(_ row: Row, _ index: Int) -> [UInt8] {
        (try? row.withUnsafeData(atIndex: index) { data in data.map { Array($0) } ?? [] }) ?? []
    }
}
