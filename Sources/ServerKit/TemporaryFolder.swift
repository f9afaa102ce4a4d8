internal import Foundation

/// A folder that goes away with the last who knows it.
public final class TemporaryFolder: Sendable {
    public let path = NSTemporaryDirectory() + "sluice-" + UUID().uuidString

    public init() {
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// The path of something in it.
    public func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// For whoever cannot wait until nobody knows it any more.
    public func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    deinit { remove() }
}
