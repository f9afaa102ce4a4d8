internal import SluiceSDK

/// A file in a mail, named and counted; its bytes stay where they are until somebody asks for them.
struct MailAttachment {
    /// One path component, safe to show and to store under; never empty.
    let name: String
    /// In lower case.
    let contentType: String
    /// Bytes after the transfer encoding.
    let size: Int
    /// Shown inside the text, as pictures are.
    let isInline: Bool
    /// Without angle brackets; empty when there is none.
    let contentID: String
    /// nil unless they were asked for.
    var bytes: [UInt8]?

    /// - Parameter number: from 1; names what has no name of its own.
    init(name: String?, contentType: String, size: Int, isInline: Bool, contentID: String, number: Int) {
        self.name = name.flatMap(Self.safe) ?? Self.standard(contentType, number)
        self.contentType = contentType
        self.size = size
        self.isInline = isInline
        self.contentID = contentID
    }

    /// The last component of what the sender called it; nil when nothing is left.
    private static func safe(_ name: String) -> String? {
        let clean = TextHygiene.clean(name).text
        let last = clean.split { $0 == "/" || $0 == "\\" }.last.map { MailText.trimmed(String($0)) } ?? ""
        guard !last.isEmpty, last != ".", last != ".." else { return nil }
        let flat = String(last.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        guard flat.utf8.count > mostNameBytes else { return flat }
        // File systems take no longer name; the end tells what it is.
        var short = ""
        let ending = flat.lastIndex(of: ".").map { String(flat[$0...].prefix(16)) } ?? ""
        for character in flat {
            if (short + String(character) + ending).utf8.count > mostNameBytes { break }
            short.append(character)
        }
        return short + ending
    }

    private static let mostNameBytes = 200

    private static func standard(_ contentType: String, _ number: Int) -> String {
        let subtype = contentType.split(separator: "/").last.map(String.init) ?? ""
        let known = [
            "jpeg": "jpg", "png": "png", "gif": "gif", "pdf": "pdf", "html": "html", "plain": "txt", "rfc822": "eml",
            "zip": "zip", "ms-tnef": "dat", "calendar": "ics", "delivery-status": "txt", "rfc822-headers": "txt",
        ]
        return "part-\(number).\(known[subtype] ?? "bin")"
    }
}
