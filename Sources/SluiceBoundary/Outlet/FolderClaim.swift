internal import Foundation

/// One writer for each folder. The claim is the kernel's and ends with the process that holds it.
///
/// Two processes with one key and a copy each of the same store would write batches of the same numbers into it: one
/// chain would break, and what the reader says of the one's items would be taken for the other's.
final class FolderClaim: Sendable {
    private let descriptor: Int32

    /// - Throws: `BoundaryError` when another holds it.
    init(_ folder: String) throws {
        try Files.makeFolder(folder, mode: 0o750)
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.system(folder, "open") }
        // A file system without locks (some network mounts) claims nothing, which is no reason to stand still.
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            // Before the object is whole: what is whole closes the number once more in `deinit`.
            close(descriptor)
            throw BoundaryError(
                "boundary.second-writer",
                "another process writes into \(folder) already; stop one of the two, nothing is written by this one "
                    + "until then")
        }
        self.descriptor = descriptor
    }

    /// Unlocked before it is closed: a program that another thread starts at this instant has a copy of the number, and
    /// would hold the lock until it has become that program.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
