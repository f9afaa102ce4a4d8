internal import SluiceSDK

/// Where a server's folder is. Paths are bytes, because a server's names need not be UTF-8.
public struct FileServerAddress: Sendable {
    enum Scheme: String {
        case sftp, ftp, ftps
    }

    let scheme: Scheme
    /// Without a port.
    public let host: String
    /// `files.example.org:2222`.
    let authority: String
    /// As commands name the folder: `/out` from the root, `out` from where the log-in leads; no slash at the end.
    let root: [UInt8]

    public var isSFTP: Bool { scheme == .sftp }

    /// - Throws: `ConfigIssue`.
    init(_ text: String, at place: ConfigPlace) throws {
        let parts = text.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[1].isEmpty, let scheme = Scheme(rawValue: String(parts[0].dropLast())),
            parts[0].hasSuffix(":"), Self.isAuthority(parts[2])
        else {
            throw ConfigIssue(
                at: place, "files.url", "'url' is no address of a file server, or holds a user or password",
                hint: "write sftp://host/folder and the user under 'auth'")
        }
        self.scheme = scheme
        authority = String(parts[2])
        host = String(authority.prefix { $0 != ":" })
        guard var path = Self.decoded(parts.count > 3 ? String(parts[3]) : "") else {
            throw ConfigIssue(
                at: place, "files.url", "'url' has a broken percent-encoding or a control character in its path",
                hint: "write %25 for a percent sign")
        }
        while path.last == 0x2F, path.count > 1 { path.removeLast() }
        if scheme == .sftp {
            let isFromHome = path.starts(with: Array("~/".utf8)) || path == Array("~".utf8)
            root = isFromHome ? Array(path.dropFirst(2)) : [0x2F] + path.drop { $0 == 0x2F }
        } else {
            root = path
        }
    }

    /// As commands name something in the folder; `path` may have sub-folders, empty is the folder itself.
    public func commandPath(_ path: [UInt8]) -> [UInt8] {
        if path.first == 0x2F || root.isEmpty { return path.isEmpty ? [0x2E] : path }
        if path.isEmpty { return root }
        return root.last == 0x2F ? root + path : root + [0x2F] + path
    }

    func url(_ path: [UInt8], isFolder: Bool = false) -> String {
        let full = path.isEmpty && root.isEmpty ? [] : commandPath(path)
        let isFromRoot = full.first == 0x2F
        var text = Self.encoded(isFromRoot ? full.dropFirst() : full[...])
        if isFolder, !text.isEmpty, text.last != "/" { text += "/" }
        let start = isFromRoot == isSFTP ? "/" : isSFTP ? "/~/" : "/%2F"
        return "\(scheme.rawValue)://\(authority)\(start)\(text)"
    }

    private static func isAuthority(_ text: Substring) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                default: "-.:[]".utf8.contains(byte)
                }
            }
    }

    private static func encoded(_ path: ArraySlice<UInt8>) -> String {
        var text = ""
        for byte in path {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F: text.unicodeScalars.append(.init(byte))
            default: text += "%" + Hex.encode([byte]).uppercased()
            }
        }
        return text
    }

    private static func decoded(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == 0x25 {
                guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2
                else {
                    return nil
                }
                rest = rest.dropFirst(2)
                bytes.append(value)
            } else {
                bytes.append(byte)
            }
        }
        return bytes.contains { $0 < 0x20 || $0 == 0x7F } ? nil : bytes
    }
}
