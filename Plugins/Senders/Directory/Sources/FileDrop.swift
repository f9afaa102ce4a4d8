internal import Foundation
internal import SluiceSDK

/// Puts whole files into a folder that somebody else empties: a file is there with all of its bytes, durably, or not.
struct FileDrop: Sendable {
    static let fields = [
        ConfigField("path", .string, required: true, example: "/srv/out/12345", "The folder; it has to be there."),
        ConfigField(
            "mode", .string, default: "\"0640\"", example: "\"0660\"", "The permissions of a file, in octal."),
    ]

    private let path: String
    private let mode: mode_t
    /// File work blocks; it has a thread of its own, and one file is written at a time.
    private let queue: DispatchQueue

    /// - Throws: `ConfigIssue`.
    init(_ config: Config, label: String) throws {
        path = try config.path("path")
        let text = try config.optionalString("mode") ?? "0640"
        guard (3...4).contains(text.utf8.count), let bits = mode_t(text, radix: 8), bits <= 0o777 else {
            throw ConfigIssue(
                at: config.optional("mode")?.place ?? config.place, "directory.mode",
                "'mode' is not a file's permissions: '\(text)'", hint: "write \"0640\"")
        }
        mode = bits
        queue = DispatchQueue(label: "sluice.directory-sender." + label)
    }

    /// - Parameters:
    ///   - name: one file's name, made by `FileName`.
    ///   - replaces: false when another file of that name, with other bytes, has to be taken away first.
    /// - Throws: `PluginError`.
    func put(_ bytes: [UInt8], named name: String, replaces: Bool) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            queue.async {
                continuation.resume(with: Result { try write(bytes, name, replaces) })
            }
        }
    }

    private func write(_ bytes: [UInt8], _ name: String, _ replaces: Bool) throws {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw trouble("cannot be opened") }
        defer { close(folder) }
        if !replaces, let there = try content(folder, name, most: bytes.count) {
            if there == bytes { return }
            throw PluginError(
                .retry(after: .zero), "directory.waiting",
                "\(path)/\(name) holds something else that has not been taken yet; take it, or put {reply.id} into 'name'"
            )
        }
        // One name for one file: what a kill leaves is overwritten by the next attempt.
        let temporary = ".sluice-" + Hex.encode(SHA256.hash(name).prefix(8))
        unlinkat(folder, temporary, 0)
        do {
            try fill(folder, temporary, bytes)
            guard renameat(folder, temporary, folder, name) == 0 else { throw trouble("takes no file '\(name)'") }
        } catch {
            unlinkat(folder, temporary, 0)
            throw error
        }
        // Without this the name could be lost with the power though the bytes are there.
        guard fsync(folder) == 0 else { throw trouble("cannot be synced") }
    }

    private func fill(_ folder: Int32, _ name: String, _ bytes: [UInt8]) throws {
        let file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw trouble("takes no new file") }
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(file, $0.baseAddress?.advanced(by: done), bytes.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw trouble("takes no more bytes") }
            done += count
        }
        // Said again, whatever the process's umask is.
        guard fchmod(file, mode) == 0, fsync(file) == 0 else { throw trouble("takes no more bytes") }
    }

    /// Of a file that is there; one byte more than `most` is enough to know that it is another.
    private func content(_ folder: Int32, _ name: String, most: Int) throws -> [UInt8]? {
        let file = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if file < 0, errno == ENOENT { return nil }
        guard file >= 0 else { throw trouble("holds a file '\(name)' that cannot be read") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= most {
            let count = read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw trouble("holds a file '\(name)' that cannot be read") }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    /// By `errno`: what has happened and what to do.
    private func trouble(_ what: String) -> PluginError {
        let reason = errno
        let (code, advice) =
            switch reason {
            case ENOENT, ENOTDIR: ("directory.missing", "make the folder")
            case EACCES, EPERM, EROFS: ("directory.denied", "give this user the right to write there")
            case ENOSPC, EDQUOT: ("directory.full", "make room there")
            default: ("directory.failed", "see to the file system")
            }
        return PluginError(
            .notConnected, code, "\(path) \(what): \(String(cString: strerror(reason))); \(advice)")
    }
}
