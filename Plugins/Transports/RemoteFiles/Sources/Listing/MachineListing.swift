/// A line of MLSD (RFC 3659): `type=file;size=12;modify=20260105090000; name`.
enum MachineListing {
    static func read(_ line: ArraySlice<UInt8>) -> ListingLine {
        guard !line.isEmpty else { return .nothing }
        guard let space = line.firstIndex(of: 0x20) else { return .unreadable }
        var entry = ListingEntry(kind: .other, name: Array(line[(space + 1)...]), size: 0, time: "")
        var hasType = false
        for fact in String(decoding: line[..<space], as: UTF8.self).split(separator: ";") {
            let sides = fact.split(separator: "=", maxSplits: 1).map(String.init)
            guard sides.count == 2 else { return .unreadable }
            switch sides[0].lowercased() {
            case "type":
                hasType = true
                guard let kind = kind(sides[1].lowercased()) else { return .nothing }
                entry.kind = kind
            case "size":
                guard let size = Int(sides[1]), size >= 0 else { return .unreadable }
                entry.size = size
            case "modify": entry.time = sides[1]
            default: break
            }
        }
        return hasType ? .entry(entry) : .unreadable
    }

    /// nil for the folder itself and the one above.
    private static func kind(_ word: String) -> ListingEntry.Kind? {
        switch word {
        case "file": .file
        case "dir": .folder
        case "cdir", "pdir": nil
        default: .other
        }
    }
}
