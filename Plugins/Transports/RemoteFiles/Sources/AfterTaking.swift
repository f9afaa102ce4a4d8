internal import CurlKit
internal import SluiceSDK

/// What happens to a file once it is stored. Doing it again, as after a crash, changes nothing.
struct AfterTaking: Sendable {
    enum Action: String, Sendable, CaseIterable {
        case move, delete, keep
    }

    let action: Action
    /// Where files go: beside the file, or from the root when it begins with a slash.
    let movedTo: [UInt8]
    static let failed = Array("failed".utf8)

    /// - Throws: `ConfigIssue`.
    init(_ config: Config, charset: Charset) throws {
        action = Action(rawValue: try config.optionalString("after") ?? "move") ?? .move
        let text = try config.optionalString("moved_to") ?? "done"
        let place = config.optional("moved_to")?.place ?? config.place
        guard !text.isEmpty, text != "/", !text.split(separator: "/").contains(where: { $0 == "." || $0 == ".." }),
            text.hasPrefix("/") || !text.contains("/"), !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else {
            throw ConfigIssue(
                at: place, "remote-files.moved-to", "\"\(text)\" is neither a folder's name nor an absolute path",
                hint: "write done, or /archive/12345")
        }
        guard let bytes = try? charset.encode(text) else {
            throw ConfigIssue(
                at: place, "remote-files.moved-to", "\"\(text)\" cannot be written in \(charset)",
                hint: "take characters that the server's charset has")
        }
        movedTo = bytes
    }

    /// Names of folders that are not looked into.
    var folders: Set<[UInt8]> { action == .move ? [movedTo, Self.failed] : [] }

    /// - Parameter content: a mark of the bytes that were taken.
    /// - Throws: `CurlError`.
    func perform(_ taken: Taken, _ outcome: MessageOutcome, _ session: FileSession) async throws {
        guard action != .keep else { return }
        let file = taken.file
        // Gone, or another file has its name by now: that one is taken later.
        guard try await session.isUnchanged(file.path, size: file.size, modified: taken.modified) else { return }
        if action == .delete { return try await session.delete(file.path) }
        let isFailed = outcome.accepted == 0 && outcome.rejected > 0
        let folder = isFailed ? file.folder + Self.failed : movedTo.first == 0x2F ? movedTo : file.folder + movedTo
        try await session.makeFolder(folder)
        var target = folder + [0x2F] + file.name
        // Nothing that was taken is overwritten; the same content under the same name may be.
        if try await session.exists(target) {
            target += Array(".\(Hex.encode(taken.digest.prefix(4)))".utf8)
            if try await session.exists(target) { try await session.delete(target) }
        }
        try await session.move(file.path, to: target)
    }
}

/// A file that was handed over.
struct Taken: Sendable {
    var file: RemoteFile
    /// The server's own time of it, in seconds since 1970.
    var modified: Int?
    /// SHA-256 of its bytes.
    var digest: [UInt8]
    var content: UInt64 { digest[..<6].reduce(0) { $0 << 8 | UInt64($1) } }
}
