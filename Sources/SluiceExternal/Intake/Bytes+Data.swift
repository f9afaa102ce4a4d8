internal import Foundation

extension [UInt8] {
    /// What GRDB binds as a BLOB.
    var data: Data { Data(self) }
}
