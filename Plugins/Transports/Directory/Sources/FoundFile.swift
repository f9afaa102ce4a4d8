internal import SluiceSDK

/// A regular file as it was seen: the same values again mean that nobody has written to it since.
struct FoundFile: Sendable, Hashable {
    /// As the file system has it, which need not be UTF-8; without the closing zero.
    let name: [UInt8]
    let size: Int
    /// Nanoseconds since 1970.
    let modified: Int64
    let inode: UInt64

    /// Without the folder inside a Maildir, so that what lies in `cur` and in `new` is one row.
    var lastName: ArraySlice<UInt8> {
        name.lastIndex(of: UInt8(ascii: "/")).map { name[($0 + 1)...] } ?? name[...]
    }

    /// For people.
    var text: String { String(decoding: name, as: UTF8.self) }

    /// What is remembered of a file that stays: eight bytes of the digest of name, size and time.
    var mark: UInt64 {
        var digest = SHA256()
        digest.update(name)
        digest.update("/\(size)/\(modified)")
        return digest.finalize().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// In which order files are taken.
enum FileOrder: String, CaseIterable {
    case name, mtime

    func isBefore(_ left: FoundFile, _ right: FoundFile) -> Bool {
        if self == .mtime, left.modified != right.modified { return left.modified < right.modified }
        return left.lastName.lexicographicallyPrecedes(right.lastName)
    }
}
