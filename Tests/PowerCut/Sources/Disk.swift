import CPowerDisk
import Foundation

/// The whole medium: the log is played into it act by act, and at any act it can be cut.
///
/// It is harsher than most file systems: a synced file whose folder was not synced may have no name, and names as well
/// as sectors arrive in any order. A single sector is whole or absent, which SQLite relies on as well.
struct Disk {
    private(set) var files: [Int: DiskFile] = [:]
    private(set) var folders: [String: DiskFolder] = ["": DiskFolder()]
    /// Syncs of files and folders that are taken for missing, by name: a control.
    var ignores: @Sendable (_ name: String) -> Bool = { _ in false }
    private var unsynced: Set<Int> = []

    /// What is there before the first act.
    init(files names: [String: [UInt8]], folders paths: [String]) {
        for path in paths { folders[path] = DiskFolder() }
        for path in paths { setDurable(path, .folder) }
        for (name, bytes) in names.sorted(by: { $0.key < $1.key }) {
            let file = Int(disk_known(name))
            files[file] = DiskFile(bytes)
            setDurable(name, .file(file))
        }
    }

    mutating func apply(_ act: DiskAct) throws {
        switch act {
        case .create(let file, let name):
            files[file] = DiskFile()
            if ignores(name) { unsynced.insert(file) }
            change(name) { .add($0, .file(file)) }
        case .write(let file, let offset, let bytes): files[file]?.change(.write(offset: offset, bytes: bytes))
        case .truncate(let file, let size): files[file]?.change(.truncate(size: size))
        case .sync(let file): if !unsynced.contains(file) { files[file]?.sync() }
        case .rename(let old, let new):
            guard Self.parent(old) == Self.parent(new), let entry = folders[Self.parent(old)]?.live[Self.name(old)]
            else { throw Surprise("\(old) was renamed to \(new)") }
            change(old) { .rename($0, to: Self.name(new), entry) }
        case .remove(let name): change(name) { .remove($0) }
        case .makeFolder(let path):
            folders[path] = DiskFolder()
            change(path) { .add($0, .folder) }
        case .syncFolder(let path): if !ignores(path) { folders[path]?.sync() }
        case .mark: break
        }
    }

    /// True when a cut could take something from what stands below `path`.
    func hasPending(below path: String) -> Bool {
        folders.contains { name, folder in
            guard name == path || name.hasPrefix(path + "/") else { return false }
            return !folder.pending.isEmpty
                || folder.live.contains { entry in
                    guard case .file(let file) = entry.value, !Self.isForgotten(entry.key) else { return false }
                    return files[file]?.pending.isEmpty == false
                }
        }
    }

    /// Writes what a cut leaves below `folder`. Hosts that are not in `hosts` keep everything.
    func write(to folder: String, hosts: Set<String>, _ chance: inout Chance) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, _) in (folders[""]?.live ?? [:]).sorted(by: { $0.key < $1.key }) {
            try write(name, to: folder + "/" + name, isCut: hosts.contains(name), &chance)
        }
    }

    private func write(_ path: String, to target: String, isCut: Bool, _ chance: inout Chance) throws {
        try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
        guard let folder = folders[path] else { return }
        let entries = isCut ? folder.afterCut(.any(&chance), &chance) : folder.live
        for (name, entry) in entries.sorted(by: { $0.key < $1.key }) where !Self.isForgotten(name) {
            switch entry {
            case .folder: try write(path + "/" + name, to: target + "/" + name, isCut: isCut, &chance)
            case .file(let number):
                guard let file = files[number] else { continue }
                let bytes = file.afterCut(isCut ? .any(&chance) : .everything, &chance)
                guard FileManager.default.createFile(atPath: target + "/" + name, contents: Data(bytes)) else {
                    throw Surprise("\(target)/\(name) cannot be written")
                }
            }
        }
    }

    /// SQLite makes its index of the log anew after a crash; it is shared memory, not a file.
    static func isForgotten(_ name: String) -> Bool { name.hasSuffix("-shm") }

    private mutating func change(_ path: String, _ make: (String) -> DiskFolder.Change) {
        folders[Self.parent(path)]?.change(make(Self.name(path)))
    }

    private mutating func setDurable(_ path: String, _ entry: DiskFolder.Entry) {
        folders[Self.parent(path)]?.change(.add(Self.name(path), entry))
        folders[Self.parent(path)]?.sync()
    }

    private static func parent(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private static func name(_ path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}
