internal import SluiceStore
internal import Synchronization

/// A stream's folder, as its writer sees it.
final class FolderShelf: BatchShelf {
    private let folder: String
    private let limits: SegmentLimits
    /// Tests throw from it to stand for a kill.
    private let failpoint: @Sendable (Files.WriteStep) throws -> Void
    private let queue: BlockingQueue
    private let held = Mutex<FolderClaim?>(nil)

    init(stream: BoundaryStream, folder: String, failpoint: @escaping @Sendable (Files.WriteStep) throws -> Void) {
        (self.folder, self.failpoint) = (folder, failpoint)
        limits = SegmentLimits.of(stream)
        queue = BlockingQueue(label: "shelf.\(stream.name)")
    }

    func name(_ position: BatchPosition) -> String { path(position) }

    func claim() async throws {
        if held.withLock({ $0 != nil }) { return }
        let claim = try await queue.run { [folder] in try FolderClaim(folder) }
        held.withLock { $0 = claim }
    }

    func release() async { held.withLock { $0 = nil } }

    func put(_ batch: FinishedBatch) async throws {
        let path = path(batch.manifest.position)
        try await queue.run { [folder, failpoint] in
            try Files.makeFolder(folder, mode: 0o750)
            try Files.write(batch.bytes, to: path, mode: 0o640) { step in
                try failpoint(step)
                step.failpoint.reached()
            }
        }
    }

    func stored(at position: BatchPosition) async throws -> StoredBatch? {
        let path = path(position)
        return try await queue.run { [limits] in
            guard Files.exists(path) else { return nil }
            return .whole(try Files.read(path, atMost: limits.bytes))
        }
    }

    func confirm(_ position: BatchPosition) async throws {
        // The name must be as durable as the record that will be made of it.
        try await queue.run { [folder] in try Files.syncFolder(folder) }
    }

    func remove(_ positions: [BatchPosition]) async throws {
        let paths = positions.map(path)
        try await queue.run { for path in paths { try Files.remove(path) } }
    }

    func removeEpochs(before epoch: Int) async throws {
        try await queue.run { [folder] in try SegmentName.removeEpochs(before: epoch, in: folder) }
    }

    private func path(_ position: BatchPosition) -> String { folder + "/" + SegmentName.text(position) }
}

extension Files.WriteStep {
    /// Where a test may kill the process.
    var failpoint: Failpoint {
        switch self {
        case .created: .segmentCreated
        case .written: .segmentWritten
        case .synced: .segmentSynced
        case .renamed: .segmentRenamed
        case .folderSynced: .segmentFolderSynced
        }
    }
}
