internal import Foundation

/// What a file is by its content, whatever it is called: a small table of what citizens send, and of what must not pass
/// for it.
///
/// The table knows a kind by its first bytes (magic numbers as in the kinds' own specifications); what it does not know is
/// `application/octet-stream`.
public enum MediaKind {
    public static let unknown = "application/octet-stream"

    /// Kinds that a relay lets pass when its configuration says nothing: pictures, sound, video, documents. Nothing that a
    /// program or a browser would run.
    public static let usual = [
        "image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff", "image/heic", "image/avif",
        "audio/mpeg", "audio/mp4", "audio/amr", "audio/wav", "audio/ogg", "video/mp4", "video/quicktime", "video/3gpp",
        "application/pdf", "application/rtf", "text/plain", "application/x-ole-storage",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet", "application/ofd",
    ]

    public static func of(_ bytes: [UInt8]) -> String {
        for sign in signs where sign.fits(bytes) { return sign.type }
        if let type = isoMedia(bytes) ?? zip(bytes) ?? riff(bytes) { return type }
        return text(bytes) ?? unknown
    }

    /// With a dot; empty for what has no usual one.
    public static func fileExtension(of type: String) -> String {
        if let known = extensions[type] { return "." + known }
        return ""
    }

    /// Every kind that the table can tell, for whoever lists kinds in a configuration.
    public static let all: [String] = Set(
        signs.map(\.type) + extensions.keys + ["text/plain", "text/html", "image/svg+xml", "text/xml", unknown]
    ).sorted()

    private struct Sign: Sendable {
        var type: String
        var bytes: [UInt8]
        var offset = 0

        func fits(_ file: [UInt8]) -> Bool { file.dropFirst(offset).starts(with: bytes) }
    }

    private static let signs = [
        Sign(type: "image/jpeg", bytes: [0xFF, 0xD8, 0xFF]),
        Sign(type: "image/png", bytes: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
        Sign(type: "image/gif", bytes: Array("GIF87a".utf8)), Sign(type: "image/gif", bytes: Array("GIF89a".utf8)),
        Sign(type: "image/tiff", bytes: [0x49, 0x49, 0x2A, 0x00]),
        Sign(type: "image/tiff", bytes: [0x4D, 0x4D, 0x00, 0x2A]),
        Sign(type: "application/pdf", bytes: Array("%PDF-".utf8)),
        Sign(type: "application/rtf", bytes: Array("{\\rtf".utf8)),
        Sign(type: "application/x-ole-storage", bytes: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        Sign(type: "audio/mpeg", bytes: Array("ID3".utf8)), Sign(type: "audio/mpeg", bytes: [0xFF, 0xFB]),
        Sign(type: "audio/mpeg", bytes: [0xFF, 0xF3]), Sign(type: "audio/amr", bytes: Array("#!AMR".utf8)),
        Sign(type: "audio/ogg", bytes: Array("OggS".utf8)),
        Sign(type: "video/x-matroska", bytes: [0x1A, 0x45, 0xDF, 0xA3]),
        Sign(type: "application/x-7z-compressed", bytes: [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
        Sign(type: "application/x-rar-compressed", bytes: Array("Rar!".utf8)),
        Sign(type: "application/gzip", bytes: [0x1F, 0x8B]),
        Sign(type: "application/x-msdownload", bytes: Array("MZ".utf8)),
        Sign(type: "application/x-executable", bytes: [0x7F, 0x45, 0x4C, 0x46]),
        Sign(type: "application/x-mach-binary", bytes: [0xCF, 0xFA, 0xED, 0xFE]),
        Sign(type: "application/java-vm", bytes: [0xCA, 0xFE, 0xBA, 0xBE]),
        Sign(type: "text/x-script", bytes: Array("#!".utf8)),
        Sign(type: "application/x-ms-shortcut", bytes: [0x4C, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00]),
    ]

    private static let extensions = [
        "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/bmp": "bmp",
        "image/tiff": "tiff", "image/heic": "heic", "image/avif": "avif", "audio/mpeg": "mp3", "audio/mp4": "m4a",
        "audio/amr": "amr", "audio/wav": "wav", "audio/ogg": "ogg", "video/mp4": "mp4", "video/quicktime": "mov",
        "video/3gpp": "3gp", "video/x-msvideo": "avi", "video/x-matroska": "mkv", "application/pdf": "pdf",
        "application/rtf": "rtf", "text/plain": "txt", "application/zip": "zip", "application/ofd": "ofd",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
        "application/vnd.oasis.opendocument.text": "odt", "application/vnd.oasis.opendocument.spreadsheet": "ods",
    ]

    /// ISO base media: the brand behind `ftyp` says which.
    private static func isoMedia(_ bytes: [UInt8]) -> String? {
        guard bytes.count >= 12, bytes[4..<8].elementsEqual("ftyp".utf8) else { return nil }
        switch String(decoding: bytes[8..<12], as: UTF8.self) {
        case "heic", "heix", "heim", "heis", "hevc", "mif1", "msf1": return "image/heic"
        case "avif", "avis": return "image/avif"
        case "qt  ": return "video/quicktime"
        case "M4A ", "M4B ": return "audio/mp4"
        case let brand where brand.hasPrefix("3g"): return "video/3gpp"
        default: return "video/mp4"
        }
    }

    private static func riff(_ bytes: [UInt8]) -> String? {
        // A bitmap's two letters begin many a text: its header's length has to be one that exists.
        if bytes.count >= 18, bytes.starts(with: "BM".utf8), [12, 40, 52, 56, 64, 108, 124].contains(bytes[14]),
            bytes[15] == 0
        {
            return "image/bmp"
        }
        guard bytes.count >= 12, bytes.starts(with: "RIFF".utf8) else { return nil }
        switch String(decoding: bytes[8..<12], as: UTF8.self) {
        case "WEBP": return "image/webp"
        case "WAVE": return "audio/wav"
        case "AVI ": return "video/x-msvideo"
        default: return nil
        }
    }

    /// Office documents are zip archives: their first entries say so. One with macros is none of them.
    private static func zip(_ bytes: [UInt8]) -> String? {
        guard bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) else { return nil }
        func holds(_ name: String) -> Bool { contains(bytes, Array(name.utf8)) }
        if bytes.dropFirst(30).starts(with: "mimetype".utf8) {
            if bytes.dropFirst(38).starts(with: "application/vnd.oasis.opendocument.text".utf8) {
                return "application/vnd.oasis.opendocument.text"
            }
            if bytes.dropFirst(38).starts(with: "application/vnd.oasis.opendocument.spreadsheet".utf8) {
                return "application/vnd.oasis.opendocument.spreadsheet"
            }
        }
        if holds("vbaProject.bin") { return "application/zip" }
        let office = "application/vnd.openxmlformats-officedocument."
        if holds("[Content_Types].xml") {
            if holds("word/") { return office + "wordprocessingml.document" }
            if holds("xl/") { return office + "spreadsheetml.sheet" }
            if holds("ppt/") { return office + "presentationml.presentation" }
        }
        return holds("OFD.xml") ? "application/ofd" : "application/zip"
    }

    /// Byte by byte in Swift this takes seconds for a large file in a debug build.
    private static func contains(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { file in
            guard let base = file.baseAddress, let first = wanted.first else { return false }
            var offset = 0
            while offset + wanted.count <= file.count,
                let found = memchr(base + offset, Int32(first), file.count - wanted.count - offset + 1)
            {
                if memcmp(found, wanted, wanted.count) == 0 { return true }
                offset = UnsafeRawPointer(found) - base + 1
            }
            return false
        }
    }

    /// Text has no control characters beside white space. What a browser would run is told apart first.
    private static func text(_ bytes: [UInt8]) -> String? {
        let head = Array(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]).prefix(4096)
        let start = String(decoding: head.drop { $0 <= 0x20 }.prefix(512), as: UTF8.self).lowercased()
        let marks = [
            "<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<!--", "<a ", "<table", "<style",
        ]
        if marks.contains(where: start.hasPrefix)
            || String(decoding: head, as: UTF8.self).lowercased().contains("<script")
        {
            return "text/html"
        }
        if start.contains("<svg") { return "image/svg+xml" }
        if start.hasPrefix("<?xml") { return "text/xml" }
        let isText = !bytes.contains { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D || $0 == 0x7F }
        return isText && !bytes.isEmpty ? "text/plain" : nil
    }
}
