internal import Foundation
internal import SluiceSDK

/// A folder that replies arrive in as files.
struct ReplyBox: Sendable {
    enum Content: Sendable {
        case files, letters
    }

    let path: String
    let content: Content
    /// The simulated upstream takes out what it has read, as sources do; false for a folder that is not our own.
    var isEmptied = true

    /// What lies there whole.
    /// - Returns: what each reply is known by: the same one that comes twice has one id.
    func replies() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        // Unfinished files begin with a dot.
        return names.filter { !$0.hasPrefix(".") }.sorted().compactMap(read)
    }

    /// nil for a folder, and for what somebody else has taken.
    private func read(_ name: String) -> String? {
        let file = path + "/" + name
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue,
            let bytes = FileManager.default.contents(atPath: file).map(Array.init), !isEmptied || unlink(file) == 0
        else { return nil }
        return content == .letters ? Self.id(ofLetter: bytes) : "\(name) \(Hex.encode(SHA256.hash(bytes)))"
    }

    /// Its Message-ID, which every attempt at the same reply has.
    static func id(ofLetter bytes: [UInt8]) -> String {
        let head = String(decoding: bytes.prefix(64 << 10), as: UTF8.self)
        for line in head.split(whereSeparator: \.isNewline) where line.lowercased().hasPrefix("message-id:") {
            return line.dropFirst("message-id:".count).filter { !$0.isWhitespace }
        }
        return Hex.encode(SHA256.hash(bytes))
    }
}
