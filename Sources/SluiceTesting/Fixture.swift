internal import Foundation

/// Files beside the tests.
public enum Fixture {
    /// The bytes of `Fixtures/<name>` in the folder above the calling test file's, as plugins keep it.
    public static func bytes(_ name: String, near file: String = #filePath) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
        return [UInt8](try Data(contentsOf: folder.appendingPathComponent("Fixtures").appendingPathComponent(name)))
    }
}
