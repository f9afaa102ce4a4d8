internal import SluiceSDK

/// A mail folder's name as people write it, and as IMAP wants it: modified UTF-7 (RFC 3501, 5.1.3).
struct FolderName: Sendable {
    /// `&XfJT0ZAB-` for 已发送.
    let encoded: String

    init(_ name: String) {
        var out = ""
        var run: [UInt8] = []
        func close() -> String {
            defer { run = [] }
            if run.isEmpty { return "" }
            let text = Base64.encode(run).replacing("/", with: ",")
            return "&" + text.prefix { $0 != "=" } + "-"
        }
        for unit in name.utf16 {
            if (0x20...0x7E).contains(unit) {
                out += close()
                out += unit == 0x26 ? "&-" : String(Unicode.Scalar(UInt8(unit)))
            } else {
                run += [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            }
        }
        encoded = out + close()
    }

    /// For a command.
    var quoted: String {
        "\"" + encoded.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// For a URL's path.
    var path: String {
        encoded.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F: String(Unicode.Scalar(byte))
            default: "%" + Hex.encode([byte]).uppercased()
            }
        }.joined()
    }
}
