/// Reads of a delivered batch what the sink must know of each event, and parses nothing else: the handler shares the
/// cores with what is measured.
struct EventScanner {
    struct Event {
        /// Of its id.
        var digest: UInt64
        var subject: Subject
    }

    enum Subject {
        /// A ticket of the workload, by its number.
        case ticket(Int)
        /// One whose number begins as those that a part sends beside the workload.
        case beside
        case unknown
    }

    /// How `external_id` begins for tickets that are sent beside the workload; nil where there are none.
    let beside: [UInt8]?

    // No text of a citizen's can say this: its quotation marks are escaped.
    private static let event = Array(#""specversion":"1.0","id":""#.utf8)
    private static let number = Array(#""external_id":""#.utf8)
    private static let known = Array(Workload.prefix.utf8)
    /// A letter's number is its Message-ID, angle brackets apart.
    private static let mailbox = Array(Workload.mailbox.utf8)

    func events(of body: ArraySlice<UInt8>) -> [Event] {
        var events: [Event] = []
        body.withUnsafeBytes { bytes in
            var position = 0
            while let hit = bytes.offset(of: Self.event, from: position) {
                position = hit + Self.event.count
                events.append(
                    Event(digest: Self.digest(bytes, from: position), subject: subject(bytes, after: position)))
            }
        }
        return events
    }

    private func subject(_ bytes: UnsafeRawBufferPointer, after position: Int) -> Subject {
        guard let hit = bytes.offset(of: Self.number, from: position) else { return .unknown }
        let value = bytes[(hit + Self.number.count)...].prefix { $0 != UInt8(ascii: "\"") }
        if let beside, value.starts(with: beside) { return .beside }
        guard value.starts(with: Self.known) else { return .unknown }
        let digits = value.dropFirst(Self.known.count).prefix { (48...57).contains($0) }
        let end = value[digits.endIndex...]
        guard digits.count == 10, end.isEmpty || end.elementsEqual(Self.mailbox) else { return .unknown }
        return .ticket(digits.reduce(0) { $0 * 10 + Int($1) - 48 } - 1_000_000_000)
    }

    /// FNV-1a: that two of three million ids have the same is one case in a million.
    private static func digest(_ bytes: UnsafeRawBufferPointer, from position: Int) -> UInt64 {
        var digest: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes[position...] {
            guard byte != UInt8(ascii: "\"") else { break }
            digest = (digest ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return digest
    }
}
