import Foundation

@testable import SluiceExternal

extension CrashRecord {
    /// Leaves what a process leaves that dies with these messages in hand: the file as it is while they are decoded.
    static func die(with digests: [[UInt8]], at path: String) throws {
        let record = try CrashRecord(path: path, condemned: [])
        let copy = path + ".copy"
        func nest(_ rest: ArraySlice<[UInt8]>) {
            guard let first = rest.first else {
                try? FileManager.default.copyItem(atPath: path, toPath: copy)
                return
            }
            _ = record.decode(first) { _ in nest(rest.dropFirst()) }
        }
        try? FileManager.default.removeItem(atPath: copy)
        nest(digests[...])
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: copy, toPath: path)
    }
}
