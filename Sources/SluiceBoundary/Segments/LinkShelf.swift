internal import Foundation
internal import Synchronization

/// A folder that a one-way link empties or copies, and beside it (`<folder>.kept`) everything that is still repeated.
///
/// What is durable is durable in the kept folder. The link's folder holds a second name of each file: whoever takes it
/// away takes nothing from us, and it is laid out again.
final class LinkShelf: BatchShelf {
    private let folder: String
    private let kept: String
    private let shelf: FolderShelf
    private let interval: Duration
    private let limit: Int
    private let queue: BlockingQueue
    private let refreshed = Mutex<ContinuousClock.Instant?>(nil)

    init(
        stream: BoundaryStream, folder: String, link: OneWay,
        failpoint: @escaping @Sendable (Files.WriteStep) throws -> Void
    ) {
        self.folder = folder
        kept = folder + ".kept"
        interval = link.interval
        limit = SegmentLimits.of(stream).bytes
        shelf = FolderShelf(stream: stream, folder: kept, failpoint: failpoint)
        queue = BlockingQueue(label: "link.\(stream.name)")
    }

    func name(_ position: BatchPosition) -> String { shelf.name(position) }
    func claim() async throws { try await shelf.claim() }
    func release() async { await shelf.release() }
    func stored(at position: BatchPosition) async throws -> StoredBatch? { try await shelf.stored(at: position) }

    func put(_ batch: FinishedBatch) async throws {
        try await shelf.put(batch)
        try await lay([SegmentName.text(batch.manifest.position)])
    }

    func confirm(_ position: BatchPosition) async throws {
        try await shelf.confirm(position)
        try await lay([SegmentName.text(position)])
    }

    func remove(_ positions: [BatchPosition]) async throws {
        let paths = positions.map { folder + "/" + SegmentName.text($0) }
        try await queue.run { for path in paths { try Files.remove(path) } }
        try await shelf.remove(positions)
    }

    func removeEpochs(before epoch: Int) async throws {
        // The first batch of this epoch is older than what is repeated: so is everything before it.
        try await queue.run { [folder] in
            if Files.exists(folder) { try SegmentName.removeEpochs(before: epoch, in: folder) }
        }
        try await shelf.removeEpochs(before: epoch)
    }

    /// Everything that is kept lies on the link again, the oldest first.
    func refresh() async throws {
        let now = ContinuousClock.now
        let isDue = refreshed.withLock { last in
            if let last, now - last < interval { return false }
            last = now
            return true
        }
        guard isDue else { return }
        let names = try await queue.run { [kept] in
            Files.exists(kept) ? try Files.names(in: kept).filter { SegmentName.position($0) != nil }.sorted() : []
        }
        try await lay(names)
    }

    private func lay(_ names: [String]) async throws {
        try await queue.run { [kept, folder, limit] in
            try Files.makeFolder(folder, mode: 0o750)
            var isNew = false
            for name in names where !Files.exists(folder + "/" + name) {
                isNew = true
                guard link(kept + "/" + name, folder + "/" + name) != 0, errno != EEXIST else { continue }
                // A share of the link's own, where a file of ours can have no second name.
                guard [EXDEV, EPERM, EOPNOTSUPP, EMLINK].contains(errno) else {
                    throw FileError.system(folder + "/" + name, "link")
                }
                try Files.write(Files.read(kept + "/" + name, atMost: limit), to: folder + "/" + name, mode: 0o640)
            }
            if isNew { try Files.syncFolder(folder) }
        }
    }
}
