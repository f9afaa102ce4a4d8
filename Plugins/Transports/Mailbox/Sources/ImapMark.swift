/// The channel's checkpoint: how far a folder was taken.
struct ImapMark: Equatable {
    /// The server's name for one numbering of the folder.
    var validity: Int
    /// The highest UID that the journal has.
    var uid: Int
    /// That letter stays as it is: it was refused.
    var isKept: Bool

    init(validity: Int, uid: Int, isKept: Bool) {
        self.validity = validity
        self.uid = uid
        self.isKept = isKept
    }

    /// nil for what `text` never gave.
    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count >= 4, words[0] == "1", words[1] == "imap", let validity = Int(words[2]),
            let uid = Int(words[3])
        else { return nil }
        self.init(validity: validity, uid: uid, isKept: words.dropFirst(4).first == "kept")
    }

    var text: String { "1 imap \(validity) \(uid)" + (isKept ? " kept" : "") }
}
