internal import SluiceSDK

/// One message in a box, known by a number that the server gave it.
struct Letter: Sendable {
    /// IMAP: the UID. POP3: the number in this session.
    let number: Int
    /// POP3: the server's own id of it; empty for IMAP.
    var id = ""
    /// Bytes, as the server says.
    let size: Int
    /// POP3: in which session the number means this letter.
    var session = 0
}

/// What came of fetching one.
enum Fetched: Sendable {
    case message([UInt8])
    /// Somebody else removed it.
    case gone
    /// It cannot be taken. What there is of it, and why.
    case refused(RecordFault, [UInt8])
}

/// What happens to a letter once it is stored.
enum After: String, CaseIterable {
    case seen, move, delete
}

/// A box as the transport sees it. Only one letter is in hand at a time.
protocol Mailbox: Sendable {
    /// Logs in, and does again what may not have been done for the last letter before a crash.
    func open() async throws

    /// The next letters, some of them; empty when there are none now.
    func look() async throws -> [Letter]

    func fetch(_ letter: Letter) async throws -> Fetched

    /// Goes into the journal with the letter. `isKept`: it stays in the box untouched.
    func checkpoint(after letter: Letter, isKept: Bool) -> String

    /// The letter is in the journal.
    func settle(_ letter: Letter, isKept: Bool) async throws

    /// Says goodbye where something depends on it, and lets the connection go.
    func close() async
}
