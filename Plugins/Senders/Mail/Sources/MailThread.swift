internal import SluiceSDK

/// The letter that is answered, as it was remembered. All of it is foreign: nothing here has been looked at yet.
struct MailThread {
    let to: String
    let subject: String
    /// Those that can stand in a header field; nil when there is none.
    let messageID: String?
    /// Oldest first, the letter's own last.
    let references: [String]
    let automatic: String

    init(_ origin: [String: String]) {
        to = origin["to"] ?? ""
        subject = origin["subject"] ?? ""
        automatic = origin["automatic"] ?? ""
        let own = origin["message_id"].flatMap(Self.safe)
        messageID = own
        let earlier = (origin["references"] ?? "").split(whereSeparator: \.isWhitespace).compactMap {
            Self.safe(String($0))
        }
        references = earlier.filter { $0 != own } + [own].compactMap { $0 }
    }

    /// nil for an id that could break out of its line or its brackets.
    private static func safe(_ id: String) -> String? {
        let isPlain = id.utf8.allSatisfy {
            $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">")
        }
        return isPlain && !id.isEmpty && id.utf8.count <= 500 ? id : nil
    }
}
