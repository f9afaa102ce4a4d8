import CPowerDisk

/// What was done to the disk below a folder, and how it was before.
struct DiskLog {
    var start: Disk
    var acts: [DiskAct]

    /// Notes what `work` does below `root`. What stands there already is taken for synced.
    ///
    /// - Throws: `Surprise` when something was done that the model does not know, or when the acts, played to their end, do
    ///   not make what is there: then something went past the log, and cuts of it would prove nothing.
    static func of<Value>(
        _ root: String, _ work: () async throws -> Value
    ) async throws -> (log: DiskLog, value: Value) {
        let before = try RealFolder(root)
        disk_begin(root)
        defer { disk_end() }
        let start = Disk(files: before.files, folders: before.folders)
        let value = try await work()
        disk_end()
        let log = DiskLog(start: start, acts: try DiskAct.all())
        try log.end().compare(with: RealFolder(root))
        return (log, value)
    }

    private func end() throws -> Disk {
        var disk = start
        for act in acts { try disk.apply(act) }
        return disk
    }
}
