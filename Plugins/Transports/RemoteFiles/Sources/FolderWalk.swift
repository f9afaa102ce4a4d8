internal import CurlKit
internal import SluiceSDK

/// One look at the server: every file that the rules take, in the channel's folder and, where asked for, below it.
struct FolderWalk: Sendable {
    struct Found: Sendable {
        var files: [RemoteFile] = []
        /// What ops should know; the same text again is said once.
        var warnings: [String] = []
    }

    let rules: FileNameRules
    let isRecursive: Bool
    /// Folders that files are moved into.
    let skipped: Set<[UInt8]>

    /// Bounds of one look. A listing of 100,000 files has about 10 MB.
    static let mostBytes = 16 << 20
    static let mostFiles = 100_000
    static let mostFolders = 1_000
    static let mostDepth = 8

    /// - Throws: `CurlError`.
    func look(_ session: FileSession, listing: inout ListingKind) async throws -> Found {
        var found = Found()
        var folders: [(path: [UInt8], text: String, depth: Int)] = [([], "", 0)]
        var index = 0
        while index < folders.count {
            let folder = folders[index]
            index += 1
            let bytes: [UInt8]
            do {
                bytes = try await lines(folder.path, session, &listing)
            } catch let error as CurlError where folder.depth > 0 && !error.isOfConnection {
                found.warnings.append("[remote-files.folder] \(folder.text) cannot be listed and is passed over")
                continue
            }
            let inside = read(bytes, listing, in: folder, &found)
            for next in inside where isRecursive {
                guard folder.depth < Self.mostDepth, folders.count < Self.mostFolders else {
                    found.warnings.append(
                        "[remote-files.folders] only \(Self.mostFolders) folders and \(Self.mostDepth) levels are looked at"
                    )
                    break
                }
                folders.append((next.path, next.text, folder.depth + 1))
            }
            if found.files.count >= Self.mostFiles {
                found.warnings.append(
                    "[remote-files.many] more than \(Self.mostFiles) files wait; these are taken first, the rest later")
                break
            }
        }
        return found
    }

    private func lines(_ path: [UInt8], _ session: FileSession, _ listing: inout ListingKind) async throws -> [UInt8] {
        if listing == .machine {
            do {
                return try await session.list(path, command: "MLSD", most: Self.mostBytes)
            } catch let error as CurlError where error.code == "curl.command" && (500...504).contains(error.status ?? 0)
            {
                listing = .long  // A server that does not know the command; it is not asked again.
            }
        }
        return try await session.list(path, most: Self.mostBytes)
    }

    /// Adds the folder's files; gives its sub-folders.
    private func read(
        _ bytes: [UInt8], _ listing: ListingKind, in folder: (path: [UInt8], text: String, depth: Int),
        _ found: inout Found
    ) -> [(path: [UInt8], text: String)] {
        var folders: [(path: [UInt8], text: String)] = []
        var (unreadable, unsafe) = (0, 0)
        for var line in bytes.split(separator: 0x0A) {
            if line.last == 0x0D { line = line.dropLast() }
            switch listing == .machine ? MachineListing.read(line) : LongListing.read(line) {
            case .nothing: continue
            case .unreadable: unreadable += 1
            case .entry(let entry):
                if entry.name == Array(".".utf8) || entry.name == Array("..".utf8) { continue }
                guard entry.kind != .other else { continue }
                guard let text = rules.text(entry.name) else {
                    unsafe += 1
                    continue
                }
                let path = folder.path + entry.name
                if entry.kind == .folder {
                    if !skipped.contains(entry.name) { folders.append((path + [0x2F], folder.text + text + "/")) }
                } else if rules.takes(text), found.files.count < Self.mostFiles {
                    found.files.append(
                        RemoteFile(path: path, size: entry.size, time: entry.time, text: folder.text + text))
                }
            }
        }
        if unreadable > 0 {
            found.warnings.append(
                "[remote-files.listing] \(unreadable) lines of the server's listing cannot be read; they are passed over"
            )
        }
        if unsafe > 0 {
            found.warnings.append(
                "[remote-files.name] \(unsafe) names of the server lead out of the folder or hold control characters; they "
                    + "are left alone")
        }
        return folders
    }
}

/// How this server lists.
enum ListingKind: Sendable {
    /// MLSD, until the server says that it does not know it.
    case machine
    case long
}
