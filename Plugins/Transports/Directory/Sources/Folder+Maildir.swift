internal import Foundation
internal import SluiceSDK

/// The folder as a Maildir: `new` and `cur` hold whole messages, `tmp` those that are still being written.
extension Folder {
    /// What nobody has read: all of `new`, and of `cur` what has no flag S. An IMAP server beside us moves messages
    /// from the one to the other.
    func waitingMail() throws -> [FoundFile] {
        try MaildirName.Folder.allCases.flatMap { sub in
            try files(in: sub.rawValue) { name in MaildirName(name)?.isWaiting ?? false }
        }
    }

    /// - Throws: `PluginError` when this is no Maildir, or may not be changed.
    func checkMaildir() throws {
        for sub in MaildirName.Folder.allCases { try checkWritable(sub.rawValue) }
    }

    /// Into `cur`, with the flag S.
    func markSeen(_ file: FoundFile) throws {
        guard let found = try current(file), let name = MaildirName(found.name) else { return }
        try rename(found, to: name.asSeen)
    }

    func deleteMail(_ file: FoundFile) throws {
        if let found = try current(file) { try delete(found) }
    }

    /// Into a sub-folder beside the inbox, as Maildir++ names them: `.done` holds a Maildir of its own.
    func moveMail(_ file: FoundFile, into folder: String) throws {
        guard let found = try current(file), let name = MaildirName(found.name) else { return }
        try makeFolders([folder] + ["cur", "new", "tmp"].map { "\(folder)/\($0)" })
        try rename(found, to: Array("\(folder)/cur/".utf8) + name.asSeenName)
    }

    /// The file under the name that it has by now: others set flags, and a server moves it from `new` to `cur`.
    private func current(_ file: FoundFile) throws -> FoundFile? {
        if isThere(file) { return file }
        guard let base = MaildirName(file.name)?.base else { return nil }
        return try MaildirName.Folder.allCases.lazy.flatMap { sub in
            try files(in: sub.rawValue) { MaildirName($0)?.base == base }
        }.first { $0.inode == file.inode && $0.size == file.size }
    }
}
