internal import Foundation
internal import SluiceSDK

/// Files of backups: synced, and read in pieces.
enum DurableFile {
    static func write(_ bytes: [UInt8], to path: String) throws {
        guard
            FileManager.default.createFile(atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw StoreError.file(path, "cannot be written") }
        try sync(path)
        try sync((path as NSString).deletingLastPathComponent)
    }

    /// A file or a folder.
    static func sync(_ path: String) throws {
        let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreError.file(path, String(cString: strerror(errno))) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreError.file(path, String(cString: strerror(errno))) }
    }

    /// The name of a file and those of the folders above it, which may have been made a moment ago: what is synced in
    /// a folder whose own name is not is nowhere after a power cut. Folders that we may not read are older than us.
    static func syncNames(above path: String) {
        var folder = (path as NSString).deletingLastPathComponent
        while !folder.isEmpty, folder != "/" {
            try? sync(folder)
            folder = (folder as NSString).deletingLastPathComponent
        }
    }

    /// SHA-256 in hexadecimal.
    static func digest(_ path: String) throws -> String {
        var hash = SHA256()
        try forEachPiece(of: path) { hash.update($0) }
        return Hex.encode(hash.finalize())
    }

    /// - Returns: the digest of what was copied.
    static func copy(_ source: String, to path: String) throws -> String {
        unlink(path)
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StoreError.file(path, String(cString: strerror(errno))) }
        let output = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var hash = SHA256()
        try forEachPiece(of: source) { piece in
            hash.update(piece)
            try output.write(contentsOf: Data(piece))
        }
        try output.synchronize()
        return Hex.encode(hash.finalize())
    }

    private static func forEachPiece(of path: String, _ body: ([UInt8]) throws -> Void) throws {
        guard let input = FileHandle(forReadingAtPath: path) else { throw StoreError.file(path, "cannot be read") }
        while let piece = try input.read(upToCount: 1 << 20), !piece.isEmpty { try body(Array(piece)) }
    }
}
