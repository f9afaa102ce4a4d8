internal import SluiceSDK

/// Which letters of the box were taken: eight bytes of the digest of each one's id. It is the channel's checkpoint.
struct PopMarks: Sendable {
    /// The checkpoint is written with every letter: 5,000 marks are 53 KB.
    static let most = 5_000

    private var marks: Set<UInt64> = []

    /// - Parameter checkpoint: what `checkpoint` gave; anything else counts as nothing.
    init(checkpoint: String?) {
        let head = "1 pop3 "
        guard let checkpoint, checkpoint.hasPrefix(head),
            let bytes = Base64.decode(String(checkpoint.dropFirst(head.count)))
        else { return }
        for start in stride(from: 0, to: bytes.count - 7, by: 8) {
            marks.insert(bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) })
        }
    }

    var count: Int { marks.count }

    func contains(_ id: String) -> Bool { marks.contains(Self.mark(id)) }

    mutating func add(_ id: String) { marks.insert(Self.mark(id)) }

    /// Forgets what is no longer in the box.
    mutating func keepOnly(_ ids: [String]) {
        if !marks.isEmpty { marks.formIntersection(ids.map(Self.mark)) }
    }

    var checkpoint: String {
        var bytes: [UInt8] = []
        for mark in marks.sorted() { withUnsafeBytes(of: mark.bigEndian) { bytes.append(contentsOf: $0) } }
        return "1 pop3 " + Base64.encode(bytes)
    }

    private static func mark(_ id: String) -> UInt64 {
        SHA256.hash(Array(id.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
