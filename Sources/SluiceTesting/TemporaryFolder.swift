internal import Foundation

/// A folder that goes away with the test that made it.
public final class TemporaryFolder: Sendable {
    public let path = NSTemporaryDirectory() + "sluice-" + UUID().uuidString

    public init() {
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// The path of something in it.
    public func callAsFunction(_ name: String) -> String { path + "/" + name }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
