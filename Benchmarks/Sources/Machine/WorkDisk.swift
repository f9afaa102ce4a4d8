import Foundation

/// The file system that the stores stand on. In memory a sync costs nothing, and every figure would be another machine's.
struct WorkDisk: Sendable {
    /// As the kernel calls it: `ext4`, `xfs`, `tmpfs`.
    let name: String

    var isInMemory: Bool { ["tmpfs", "ramfs", "devtmpfs"].contains(name) }

    init(of folder: String) throws {
        guard let real = realpath(folder, nil) else {
            throw WorkDiskError("\(folder): \(String(cString: strerror(errno))); --work names a folder that is there")
        }
        defer { free(real) }
        let mounts = (try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)) ?? ""
        name = Self.type(of: String(cString: real), in: mounts) ?? "unknown"
    }

    /// - Throws: when what is written in `folder` stays in memory.
    static func checked(_ folder: String) throws -> WorkDisk {
        let disk = try WorkDisk(of: folder)
        guard disk.isInMemory else { return disk }
        throw WorkDiskError(
            "\(folder) is in memory (\(disk.name)): a sync there costs nothing, and what is measured says nothing about a disk. "
                + "Name a folder on a disk: --work .build, or set TMPDIR")
    }

    /// The type of the deepest mount above `path`, the latest of those on one place, as /proc/self/mountinfo lists them:
    /// "36 35 98:0 / /mnt rw master:1 - ext4 /dev/root rw".
    static func type(of path: String, in mounts: String) -> String? {
        var (deepest, type) = (-1, String?.none)
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 4, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else { continue }
            // A space in a name is written as \040.
            let place = fields[4].replacing("\\040", with: " ")
            guard place == "/" || path == place || path.hasPrefix(place + "/"), place.count >= deepest else { continue }
            (deepest, type) = (place.count, String(fields[dash + 1]))
        }
        return type
    }
}

struct WorkDiskError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = "[bench.work] " + description }
}
