/// A file's name in a Maildir: `new/<base>`, or `cur/<base>:2,<flags>`.
struct MaildirName: Equatable {
    enum Folder: String, CaseIterable {
        case new, cur
    }

    var folder: Folder
    /// Unique in the Maildir, whatever its flags become.
    var base: [UInt8]
    /// In the order of ASCII, as the format wants them.
    var flags: Set<UInt8>

    /// - Parameter path: `new/…` or `cur/…`; nil when it is neither.
    init?(_ path: [UInt8]) {
        guard let folder = Folder.allCases.first(where: { path.starts(with: Array(($0.rawValue + "/").utf8)) }) else {
            return nil
        }
        self.folder = folder
        let name = path[4...]
        guard let mark = name.lastIndex(of: UInt8(ascii: ":")), name[mark...].starts(with: Array(":2,".utf8)) else {
            base = Array(name)
            flags = []
            return
        }
        base = Array(name[..<mark])
        flags = Set(name[(mark + 3)...])
    }

    /// Nobody has read it, and nobody has thrown it away.
    var isWaiting: Bool {
        !base.isEmpty && base.first != UInt8(ascii: ".") && !flags.contains(Self.seen)
            && !flags.contains(UInt8(ascii: "T"))
    }

    /// `cur/<base>:2,<flags>` with the flag S.
    var asSeen: [UInt8] { Array("cur/".utf8) + asSeenName }

    /// The same without its folder.
    var asSeenName: [UInt8] { base + Array(":2,".utf8) + flags.union([Self.seen]).sorted() }

    private static let seen = UInt8(ascii: "S")
}
