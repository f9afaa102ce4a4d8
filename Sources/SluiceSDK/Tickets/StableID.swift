internal import Foundation

/// How things are known everywhere: ids are digests of names, so a replay or a restored store gives the same ones.
public enum StableID {
    /// A ticket's id, from the jurisdiction, the channel and the source's own number (in NFC).
    public static func ticket(jurisdictionID: String, channelID: String, externalID: String) -> String {
        make([jurisdictionID, channelID, externalID.precomposedStringWithCanonicalMapping])
    }

    /// A reply's id: stable for one event of a case, the same in every attempt.
    public static func reply(ticketID: String, handlerID: String, eventID: String) -> String {
        make(["reply", ticketID, handlerID, eventID])
    }

    /// An attachment's id, from its ticket and what tells it from the ticket's others: the address it is fetched from, or
    /// the digest of its bytes and its name.
    public static func attachment(ticketID: String, mediaURL: String) -> String {
        make(["attachment", ticketID, "url", mediaURL])
    }

    public static func attachment(ticketID: String, sha256: String, name: String) -> String {
        make(["attachment", ticketID, "sha256", sha256, name])
    }

    /// The first 26 characters of the lower-case base32 of SHA-256 over the names, each behind its length as four
    /// bytes, big-endian.
    public static func make(_ names: [String]) -> String {
        var digest = SHA256()
        for name in names {
            let bytes = Array(name.utf8)
            digest.update(withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { Array($0) })
            digest.update(bytes)
        }
        return String(Base32.encode(digest.finalize()).prefix(26))
    }
}
