internal import SluiceSDK

/// What `after: keep` has taken of the files that still lie there: it is the channel's checkpoint.
///
/// For each path a mark of size and time, and one of the content: a file that only looks changed (a listing shows
/// "Jan 5 09:00" this year and "Jan 5 2026" the next) is fetched once more and found to be the same.
struct TakenFiles: Sendable {
    struct Marks: Sendable, Equatable {
        var state: UInt64
        var content: UInt64
    }

    /// The checkpoint is written with every file: 5,000 of them are 120 KB in base64.
    static let most = 5_000

    private(set) var files: [UInt64: Marks] = [:]

    /// - Parameter checkpoint: what `checkpoint` gave; anything else counts as nothing.
    init(checkpoint: String?) {
        guard let checkpoint, checkpoint.hasPrefix("1 "), let bytes = Base64.decode(String(checkpoint.dropFirst(2)))
        else { return }
        for start in stride(from: 0, to: bytes.count - 17, by: 18) {
            let numbers = (0..<3).map { Self.number(bytes[start + $0 * 6..<start + $0 * 6 + 6]) }
            files[numbers[0]] = Marks(state: numbers[1], content: numbers[2])
        }
    }

    func contains(_ file: RemoteFile) -> Bool { files[Self.path(file)]?.state == Self.state(file) }

    /// True when this content was taken under this path.
    func contains(_ file: RemoteFile, _ bytes: [UInt8]) -> Bool {
        files[Self.path(file)]?.content == Self.mark(bytes)
    }

    mutating func add(_ file: RemoteFile, content: UInt64) {
        files[Self.path(file)] = Marks(state: Self.state(file), content: content)
    }

    /// Forgets what is no longer there.
    mutating func keepOnly(_ present: [RemoteFile]) {
        guard !files.isEmpty else { return }
        let paths = Set(present.map(Self.path))
        files = files.filter { paths.contains($0.key) }
    }

    func checkpoint(adding file: RemoteFile, content: UInt64) -> String {
        var all = files
        all[Self.path(file)] = Marks(state: Self.state(file), content: content)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(all.count * 18)
        for (path, marks) in all.sorted(by: { $0.key < $1.key }) {
            for number in [path, marks.state, marks.content] {
                for shift in stride(from: 40, through: 0, by: -8) {
                    bytes.append(UInt8(truncatingIfNeeded: number >> shift))
                }
            }
        }
        return "1 " + Base64.encode(bytes)
    }

    /// Six bytes of a digest.
    static func mark(_ bytes: [UInt8]) -> UInt64 { number(SHA256.hash(bytes)[..<6]) }

    private static func path(_ file: RemoteFile) -> UInt64 { mark(file.path) }
    private static func state(_ file: RemoteFile) -> UInt64 { mark(Array("\(file.size)/\(file.time)".utf8)) }
    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
