internal import Foundation
internal import SluiceSDK

/// One open folder. Everything is done relative to it and never through a link, so that no name leads out of it.
struct Folder: ~Copyable {
    private let descriptor: Int32
    private let path: String

    /// - Throws: `PluginError`, notConnected, with what to do.
    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unavailable(path, errno) }
    }

    deinit { close(descriptor) }

    /// - Throws: `PluginError` when files could be read but not moved or deleted.
    /// - Parameter sub: the folder itself, or one in it.
    func checkWritable(_ sub: String = ".") throws {
        guard faccessat(descriptor, sub, W_OK | X_OK, 0) == 0 else {
            if errno == ENOENT { throw Self.unavailable("\(path)/\(sub)", ENOENT) }
            throw PluginError(
                .notConnected, "directory.read-only",
                "\(path) cannot be written to; give this user the right, or set 'after: keep'")
        }
    }

    func files(_ rules: FileNameRules) throws -> [FoundFile] {
        try files(in: ".") { rules.takes($0.map(CChar.init(bitPattern:)) + [0]) }
    }

    /// - Parameters:
    ///   - sub: `.`, or a folder in this one; never a link.
    ///   - takes: asked with the name as `FoundFile` has it: `new/123` in a sub-folder.
    func files(in sub: String, _ takes: ([UInt8]) -> Bool) throws -> [FoundFile] {
        let copy = openat(descriptor, sub, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else {
            let reason = errno
            if copy >= 0 { close(copy) }
            throw Self.unavailable(sub == "." ? path : "\(path)/\(sub)", reason)
        }
        defer { closedir(stream) }
        let prefix = sub == "." ? [] : Array((sub + "/").utf8)
        var files: [FoundFile] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in prefix + bytes.prefix { $0 != 0 } }
            if takes(name), let file = file(name.map(CChar.init(bitPattern:)) + [0]) { files.append(file) }
        }
        return files
    }

    /// nil when the file is no longer the one that was found.
    /// - Throws: `FileTrouble`.
    func read(_ file: FoundFile, most: Int) throws(FileTrouble) -> [UInt8]? {
        // NONBLOCK: a pipe that took the file's place must not hold us.
        let handle = openat(descriptor, file.cName, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard handle >= 0 else {
            if errno == ENOENT || errno == ELOOP { return nil }
            throw FileTrouble("directory.unreadable", "cannot be read: \(Self.text(errno)); give this user the right")
        }
        defer { close(handle) }
        guard Self.found(handle, file.name) == file else { return nil }
        guard file.size <= most else {
            throw FileTrouble(
                "directory.too-large",
                "has \(file.size) bytes, more than limits.message allows (\(most)); it was left in place")
        }
        let bytes = try Self.readAll(handle, file.size)
        // Written to while it was read: what was read is neither the old nor the new file.
        return bytes.count == file.size && Self.found(handle, file.name) == file ? bytes : nil
    }

    /// Moves the file into a folder beside it. Harmless when it is gone or another file has its name by now.
    func move(_ file: FoundFile, into name: String) throws {
        guard self.file(file.cName) == file else { return }
        if mkdirat(descriptor, name, 0o750) != 0, errno != EEXIST { throw trouble("cannot make \(name)/") }
        let target = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard target >= 0 else { throw trouble("cannot open \(name)/") }
        defer { close(target) }
        // A name that was used before gets a number; nothing that was taken is overwritten.
        for number in 0..<10_000 {
            let suffix = number == 0 ? "" : ".\(number)"
            let newName = file.name.map(CChar.init(bitPattern:)) + suffix.utf8.map(CChar.init(bitPattern:)) + [0]
            // Only this channel writes into the target, so that nobody takes the name between the two calls.
            if faccessat(target, newName, F_OK, AT_SYMLINK_NOFOLLOW) == 0 { continue }
            guard renameat(descriptor, file.cName, target, newName) == 0 else {
                if errno == ENOENT { return }
                throw trouble("cannot move \(file.text) into \(name)/")
            }
            fsync(target)
            fsync(descriptor)
            return
        }
        throw PluginError(.notConnected, "directory.names", "\(path)/\(name) has too many files called \(file.text)")
    }

    /// Harmless when it is gone or another file has its name by now.
    func delete(_ file: FoundFile) throws {
        guard self.file(file.cName) == file else { return }
        guard unlinkat(descriptor, file.cName, 0) == 0 || errno == ENOENT else {
            throw trouble("cannot delete \(file.text)")
        }
        fsync(descriptor)
    }

    /// False when it is gone, or another file has its name by now.
    func isThere(_ file: FoundFile) -> Bool { self.file(file.cName) == file }

    /// Within the folder. Harmless when it is gone; what has the new name already is never overwritten.
    func rename(_ file: FoundFile, to name: [UInt8]) throws {
        let target = name.map(CChar.init(bitPattern:)) + [0]
        guard target != file.cName else { return }
        guard faccessat(descriptor, target, F_OK, AT_SYMLINK_NOFOLLOW) != 0 else {
            throw trouble("there are two files for \(file.text)")
        }
        guard renameat(descriptor, file.cName, descriptor, target) == 0 || errno == ENOENT else {
            throw trouble("cannot rename \(file.text)")
        }
        for sub in [file.name, name] { sync(folderOf: sub) }
    }

    func makeFolders(_ names: [String]) throws {
        for name in names where mkdirat(descriptor, name, 0o700) != 0 && errno != EEXIST {
            throw trouble("cannot make \(name)/")
        }
    }

    private func sync(folderOf name: [UInt8]) {
        let sub = name[..<(name.lastIndex(of: UInt8(ascii: "/")) ?? 0)].map(CChar.init(bitPattern:)) + [0]
        let handle = openat(descriptor, sub.count == 1 ? [CChar(bitPattern: 0x2E), 0] : sub, O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }

    private func file(_ name: [CChar]) -> FoundFile? {
        var status = stat()
        guard fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return nil }
        return FoundFile(status, name.dropLast().map(UInt8.init(bitPattern:)))
    }

    private func trouble(_ what: String) -> PluginError {
        PluginError(.notConnected, "directory.write", "\(path): \(what): \(Self.text(errno)); check rights and space")
    }

    private static func found(_ handle: Int32, _ name: [UInt8]) -> FoundFile? {
        var status = stat()
        return fstat(handle, &status) == 0 ? FoundFile(status, name) : nil
    }

    private static func readAll(_ handle: Int32, _ size: Int) throws(FileTrouble) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Foundation.read(handle, buffer.baseAddress.map { $0 + count }, size - count)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                if got <= 0 { break }
                count += got
            }
        }
        if failure != 0 { throw FileTrouble("directory.unreadable", "cannot be read: \(text(failure))") }
        return bytes
    }

    private static func unavailable(_ path: String, _ reason: Int32) -> PluginError {
        switch reason {
        case ENOENT:
            PluginError(.notConnected, "directory.missing", "\(path) does not exist; make the folder or correct 'path'")
        case ENOTDIR: PluginError(.notConnected, "directory.not-a-folder", "\(path) is not a folder; correct 'path'")
        case EACCES:
            PluginError(
                .notConnected, "directory.denied", "\(path) may not be opened; give this user the right to read it")
        default: PluginError(.notConnected, "directory.unavailable", "\(path): \(text(reason))")
        }
    }

    private static func text(_ number: Int32) -> String { String(cString: strerror(number)) }
}

/// Why one file is left where it is while the others go on.
struct FileTrouble: Error {
    var code: String
    var reason: String

    init(_ code: String, _ reason: String) {
        self.code = code
        self.reason = reason
    }
}

extension FoundFile {
    fileprivate var cName: [CChar] { name.map(CChar.init(bitPattern:)) + [0] }

    /// nil for what is no regular file.
    fileprivate init?(_ status: stat, _ name: [UInt8]) {
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        let modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        self.init(name: name, size: Int(status.st_size), modified: modified, inode: UInt64(status.st_ino))
    }
}
