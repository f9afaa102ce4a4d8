internal import SluiceSDK

/// A file as a listing shows it: the same values again mean that nobody has written to it since.
struct RemoteFile: Sendable, Hashable {
    /// Below the channel's folder, as the server writes it: `sub/name.csv`.
    let path: [UInt8]
    let size: Int
    /// As the listing has it: 20260105090000, or `Jan 5 09:00`. Compared, never read.
    let time: String
    /// The path for people.
    let text: String

    /// Its folder below the channel's, with the slash at the end; empty for the channel's folder itself.
    var folder: [UInt8] { path.lastIndex(of: 0x2F).map { Array(path[...$0]) } ?? [] }
    var name: [UInt8] { Array(path.dropFirst(folder.count)) }
}
