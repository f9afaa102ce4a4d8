import Foundation
import SluiceConfig
import SluiceStore
import SluiceTLS

/// A zone's data folder, held by the process that runs the zone: 0700, and locked.
struct ZoneFolder: Sendable {
    let path: String
    private let lock: ZoneLock

    init(_ zone: ZoneName, in workspace: Workspace) throws {
        path = try workspace.dataFolder(of: zone)
        try Self.prepare(path)
        lock = try ZoneLock(folder: path)
    }

    var controlPath: String { path + "/control.sock" }

    static func prepare(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure("[zone.folder] \(folder) cannot be made: \(error.localizedDescription)")
        }
        guard chmod(folder, 0o700) == 0 else {
            let reason = String(cString: strerror(errno))
            throw CommandFailure(
                "[zone.folder] \(folder): \(reason); the zone's user must own the folder, on a disk that can be written"
            )
        }
    }
}

extension ListenerTLS? {
    /// What keeps a listener's certificate fresh; nothing where there is none.
    var parts: [Parts.Part] { map { tls in [{ try await tls.run() }] } ?? [] }
}

/// What lives and ends together in one process.
enum Parts {
    typealias Part = @Sendable () async throws -> Void

    /// A zone's: once none of them writes any more, its store is settled.
    static func run(_ parts: [Part], on store: Store) async throws {
        do {
            try await run(parts)
        } catch {
            await store.settle()
            throw error
        }
    }

    /// Until its task is cancelled. The first part that ends takes the others with it.
    static func run(_ parts: [Part]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in parts { group.addTask(operation: part) }
            defer { group.cancelAll() }
            try await group.next()
        }
        try Task.checkCancellation()
        throw CommandFailure("a part of the zone ended by itself; the log says which")
    }
}
