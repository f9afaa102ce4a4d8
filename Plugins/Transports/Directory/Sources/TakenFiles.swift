internal import SluiceSDK

/// What `after: keep` has taken: the marks of files that are still in the folder. It is the channel's checkpoint.
struct TakenFiles: Sendable {
    /// The checkpoint is written with every file: 5,000 marks are 40 KB in base64.
    static let most = 5_000

    private(set) var marks: Set<UInt64>

    /// - Parameter checkpoint: what `checkpoint(adding:)` gave; anything else counts as nothing.
    init(checkpoint: String?) {
        marks = []
        guard let checkpoint, checkpoint.hasPrefix("1 "), let bytes = Base64.decode(String(checkpoint.dropFirst(2)))
        else {
            return
        }
        for start in stride(from: 0, to: bytes.count - 7, by: 8) {
            marks.insert(bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) })
        }
    }

    func contains(_ file: FoundFile) -> Bool { marks.contains(file.mark) }

    mutating func add(_ file: FoundFile) { marks.insert(file.mark) }

    /// Forgets what is no longer in the folder.
    mutating func keepOnly(_ files: [FoundFile]) {
        if !marks.isEmpty { marks.formIntersection(files.map(\.mark)) }
    }

    func checkpoint(adding file: FoundFile) -> String {
        var bytes: [UInt8] = []
        for mark in marks.union([file.mark]).sorted() {
            withUnsafeBytes(of: mark.bigEndian) { bytes.append(contentsOf: $0) }
        }
        return "1 " + Base64.encode(bytes)
    }
}
