internal import Foundation

/// Held by the one process that writes a zone's files. The kernel gives it back when the process dies.
public final class ZoneLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `ZoneLockError` when another process holds it.
    public init(folder: String) throws {
        let path = folder + "/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ZoneLockError(path: path, reason: String(cString: strerror(errno))) }
        // A class that is whole runs its `deinit` even when `init` throws: it is made whole last, or the number would be
        // closed twice, the second time under whoever has got it meanwhile.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw ZoneLockError(path: path, reason: "another process runs this zone")
        }
        self.descriptor = descriptor
    }

    /// Unlocked before it is closed: a program that another thread starts at this instant has a copy of the number, and
    /// would hold the lock until it has become that program.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// True when some process runs the zone whose files stand in `folder`.
    public static func isHeld(folder: String) -> Bool {
        guard FileManager.default.fileExists(atPath: folder + "/lock") else { return false }
        return (try? ZoneLock(folder: folder)) == nil
    }
}

public struct ZoneLockError: Error, Sendable, CustomStringConvertible {
    public var path: String
    public var reason: String

    public var description: String { "[zone.locked] \(path): \(reason)" }
}
