internal import Foundation
internal import Synchronization

/// A folder that goes away with the last who knows it.
public final class TemporaryFolder: Sendable {
    /// Where all of them are made from now on, and how many were; nil where the system has such folders.
    private static let home = Mutex<(folder: String, count: Int)?>(nil)

    public let path: String

    public init() {
        path =
            Self.home.withLock { home in
                guard home != nil else { return nil }
                home?.count += 1
                // Short: sockets have short paths.
                return home.map { "\($0.folder)/\($0.count)" }
            } ?? NSTemporaryDirectory() + "sluice-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// From now on they are made in this folder, for a program that has one for everything that it leaves.
    package static func keep(in folder: String) { home.withLock { $0 = (folder, 0) } }

    /// The path of something in it.
    public func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// For whoever cannot wait until nobody knows it any more.
    public func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    deinit { remove() }
}
