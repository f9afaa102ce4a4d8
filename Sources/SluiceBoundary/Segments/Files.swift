internal import Foundation

/// What went wrong with a file.
struct FileError: Error, Sendable, CustomStringConvertible {
    var code: String
    var path: String
    var reason: String
    /// POSIX error number; 0 when the file itself was refused.
    var number: Int32 = 0

    static func system(_ path: String, _ action: String) -> FileError {
        let number = errno
        return FileError(
            code: "file.\(action)", path: path, reason: String(cString: strerror(number)), number: number)
    }

    var isMissing: Bool { number == ENOENT }
    var description: String { "[\(code)] \(path): \(reason)" }
}

/// The few file operations that a segment needs, with the syncs in the order that makes them durable.
enum Files {
    /// Written beside its place, synced, renamed, folder synced: a reader sees the whole file or none.
    ///
    /// - Parameter failpoint: called between the steps; tests throw from it to stand for a kill.
    static func write(
        _ bytes: [UInt8], to path: String, mode: mode_t, failpoint: (WriteStep) throws -> Void = { _ in }
    ) throws {
        let temporary = path + ".tmp"
        // A leftover of a crash is nobody's: remove it rather than write into something that is there.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw FileError.system(temporary, "create") }
        do {
            defer { close(descriptor) }
            // Whatever the process's umask is: the reader's group must be able to read a segment, nobody else a key.
            guard fchmod(descriptor, mode) == 0 else { throw FileError.system(temporary, "chmod") }
            try failpoint(.created)
            try writeAll(bytes, to: descriptor, path: temporary)
            try failpoint(.written)
            guard fsync(descriptor) == 0 else { throw FileError.system(temporary, "sync") }
        }
        try failpoint(.synced)
        guard rename(temporary, path) == 0 else { throw FileError.system(path, "rename") }
        try failpoint(.renamed)
        try syncFolder(folder(of: path))
        try failpoint(.folderSynced)
    }

    enum WriteStep: String, CaseIterable, Sendable {
        case created, written, synced, renamed, folderSynced
    }

    /// A regular file of at most `limit` bytes. Anything else (a pipe, a link, a device) is refused without waiting.
    static func read(_ path: String, atMost limit: Int) throws -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError.system(path, "open") }
        defer { close(descriptor) }
        var info = stat()
        guard fstat(descriptor, &info) == 0 else { throw FileError.system(path, "stat") }
        guard info.st_mode & S_IFMT == S_IFREG else {
            throw FileError(code: "file.kind", path: path, reason: "this is not a regular file")
        }
        guard info.st_size <= limit else {
            throw FileError(code: "file.size", path: path, reason: "\(info.st_size) bytes, more than \(limit)")
        }
        return try readAll(descriptor, size: Int(info.st_size), path: path)
    }

    static func syncFolder(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.system(path, "open") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileError.system(path, "sync") }
    }

    /// With its parents; `mode` is for the folders made now.
    static func makeFolder(_ path: String, mode: mode_t) throws {
        if access(path, F_OK) == 0 { return }
        let parent = folder(of: path)
        if parent != path { try makeFolder(parent, mode: 0o755) }
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw FileError.system(path, "mkdir") }
        try syncFolder(parent)
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Gone already is as good as removed.
    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError.system(path, "remove") }
    }

    static func names(in folder: String) throws -> [String] {
        guard let stream = opendir(folder) else { throw FileError.system(folder, "list") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress! + written, $0.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw FileError.system(path, "write") }
            written += count
        }
    }

    private static func readAll(_ descriptor: Int32, size: Int, path: String) throws -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
            while filled < size {
                let count = Foundation.read(descriptor, buffer.baseAddress! + filled, size - filled)
                if count < 0 && errno == EINTR { continue }
                if count < 0 { failed = true }
                if count <= 0 { break }
                filled += count
            }
        }
        guard !failed else { throw FileError.system(path, "read") }
        guard bytes.count == size else {
            throw FileError(code: "file.changed", path: path, reason: "the file changed while it was read")
        }
        return bytes
    }
}
