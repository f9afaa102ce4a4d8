internal import Foundation
internal import SluiceSDK

/// A stream's folder, as its reader sees it.
struct FolderSource: BatchSource {
    let stream: BoundaryStream
    let folder: String
    /// At the end of a one-way link: its writer cannot know what was taken, and repeats it.
    private let clearsAway: Bool
    private let queue: BlockingQueue

    init(stream: BoundaryStream, folder: String, clearsAway: Bool = false) {
        (self.stream, self.folder, self.clearsAway) = (stream, folder, clearsAway)
        queue = BlockingQueue(label: "source.\(stream.name)")
    }

    func batch(at position: BatchPosition) async throws -> [UInt8]? {
        let (stream, path) = (stream, path(position))
        return try await queue.run {
            guard Files.exists(path) else { return nil }
            do {
                return try Files.read(path, atMost: SegmentLimits.of(stream).bytes)
            } catch let error as FileError {
                if error.isMissing { return nil }
                if error.number == 0 || error.number == ELOOP {
                    throw ChainBreak("boundary.not-a-segment", stream: stream, position: position, error.reason)
                }
                throw error
            }
        }
    }

    func has(_ position: BatchPosition) async throws -> Bool {
        let path = path(position)
        return try await queue.run { Files.exists(path) }
    }

    /// The writer syncs the folder only after the rename that made the file visible. If the power fails between our
    /// commit and that sync, the writer would write another batch with a number that we have taken. So sync it first.
    func confirm(_ position: BatchPosition) async throws {
        try await queue.run { [folder] in
            do {
                try Files.syncFolder(folder)
            } catch let error as FileError where [EROFS, EINVAL, EACCES, EBADF].contains(error.number) {
                // A read-only mount or a carried disk: there is no rename that could be lost.
            }
        }
    }

    func later(than position: BatchPosition) async throws -> [BatchPosition] {
        try await queue.run { [folder] in
            guard Files.exists(folder) else { return [] }
            return try Files.names(in: folder).compactMap(SegmentName.position).filter { $0 > position }.sorted()
        }
    }

    func tidy(upTo position: BatchPosition) async throws {
        guard clearsAway else { return }
        try await queue.run { [folder] in
            guard Files.exists(folder) else { return }
            for name in try Files.names(in: folder) {
                guard let found = SegmentName.position(name), found <= position else { continue }
                do {
                    try Files.remove(folder + "/" + name)
                } catch let error as FileError where [EACCES, EPERM, EROFS].contains(error.number) {
                    // The folder is the link's, which then clears it by rules of its own.
                    return
                }
            }
        }
    }

    func wait(_ signal: Signal, upTo poll: Duration) async { await signal.wait(upTo: poll) }

    private func path(_ position: BatchPosition) -> String { folder + "/" + SegmentName.text(position) }
}
