internal import Foundation

/// The temporary folder of one demonstration or simulator, with those of all servers that it starts. It goes away with the
/// command; where the command was killed, with the next one.
public final class WorkFolder: Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case demo, simulate

        var prefix: String { "sluice-\(rawValue)-" }
    }

    public let path: String
    /// Its owner's lock is held through this, and given back by the kernel when the owner ends, whatever it ends by.
    private let lock: Int32

    private static let mark = ".owner"
    private static let suffixLength = 8

    /// Makes one and takes away what dead owners have left. Temporary folders of this process are made in it from now on.
    /// - Throws: what the system says.
    public convenience init(_ kind: Kind) throws {
        try self.init(kind, in: NSTemporaryDirectory())
        TemporaryFolder.keep(in: path)
    }

    /// - Parameter parent: with a slash at its end.
    package init(_ kind: Kind, in parent: String) throws {
        Self.sweep(parent)
        let path = parent + kind.prefix + UUID().uuidString.prefix(Self.suffixLength).lowercased()
        // Mail servers read mail as another user: they may pass through, and see nothing.
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
        let new = path + "/" + Self.mark + ".new"
        let lock = open(new, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        // Locked before it has its name: nobody ever finds it free while its owner lives.
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0, rename(new, path + "/" + Self.mark) == 0 else {
            let error = WorkFolderError(path: new, reason: String(cString: strerror(errno)))
            if lock >= 0 { close(lock) }
            throw error
        }
        (self.path, self.lock) = (path, lock)
    }

    /// Unlocked before it is closed: a program that another thread starts at this instant has a copy of the number, and
    /// would hold the lock until it has become that program.
    deinit {
        flock(lock, LOCK_UN)
        close(lock)
    }

    public func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Takes away folders of ours whose owner has ended. A folder of another user, without the owner's file, or with one
    /// that somebody still holds, stays.
    private static func sweep(_ parent: String) {
        for name in names(in: parent) where Kind.allCases.contains(where: { isName(name, $0) }) {
            if isAbandoned(parent + name) { try? FileManager.default.removeItem(atPath: parent + name) }
        }
    }

    private static func isName(_ name: String, _ kind: Kind) -> Bool {
        guard name.hasPrefix(kind.prefix) else { return false }
        let suffix = name.dropFirst(kind.prefix.count)
        return suffix.count == suffixLength && suffix.allSatisfy(\.isHexDigit)
    }

    private static func isAbandoned(_ path: String) -> Bool {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        let file = openat(folder, mark, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return isOurs(folder, S_IFDIR) && isOurs(file, S_IFREG) && flock(file, LOCK_EX | LOCK_NB) == 0
    }

    private static func isOurs(_ descriptor: Int32, _ kind: mode_t) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_uid == geteuid() && status.st_mode & S_IFMT == kind
    }
}

public struct WorkFolderError: Error, Sendable, CustomStringConvertible {
    public var path: String
    public var reason: String

    public var description: String { "[folder.owner] \(path): \(reason)" }
}
