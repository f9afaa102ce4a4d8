internal import SluiceSDK

/// What a sender called a file: kept to be shown, and never used as a name of ours.
public enum AttachmentName {
    /// File systems take no longer name.
    public static let mostBytes = 200

    /// The last component of a path, without what is no text, on one line, and no longer than a file's name may be.
    public static func cleaned(_ name: String) -> String {
        let clean = TextHygiene.clean(name).text
        let last = clean.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? ""
        let flat = TextHygiene.clean(String(last.map { $0.isNewline || $0 == "\t" ? " " : $0 })).text
        guard !flat.isEmpty, flat != ".", flat != ".." else { return "file" }
        guard flat.utf8.count > mostBytes else { return flat }
        return shortened(flat)
    }

    /// The end of a name tells what it is: it stays.
    private static func shortened(_ name: String) -> String {
        let ending = name.lastIndex(of: ".").map { String(name[$0...].prefix(16)) } ?? ""
        var short = ""
        for character in name {
            if (short + String(character) + ending).utf8.count > mostBytes { break }
            short.append(character)
        }
        return TextHygiene.clean(short + ending).text
    }
}
