import CPowerDisk

/// Something that was done to the disk, or a promise that was made in between.
enum DiskAct {
    case create(file: Int, name: String)
    case write(file: Int, offset: Int, bytes: [UInt8])
    case truncate(file: Int, size: Int)
    case sync(file: Int)
    case rename(from: String, to: String)
    case remove(String)
    case makeFolder(String)
    case syncFolder(String)
    case mark(Promise)

    /// Everything since `disk_begin`.
    /// - Throws: when something was done that the model does not know, so that no cut is judged by a wrong one.
    static func all() throws -> [DiskAct] { try (0..<disk_count()).map { try DiskAct(disk_at($0)) } }

    private init(_ act: disk_act) throws {
        let name = act.name.map { String(cString: $0) } ?? ""
        switch Int(act.kind) {
        case Int(DISK_CREATE): self = .create(file: Int(act.file), name: name)
        case Int(DISK_WRITE):
            let bytes = [UInt8](UnsafeBufferPointer(start: act.bytes, count: act.length))
            self = .write(file: Int(act.file), offset: Int(act.offset), bytes: bytes)
        case Int(DISK_TRUNCATE): self = .truncate(file: Int(act.file), size: Int(act.offset))
        case Int(DISK_SYNC): self = .sync(file: Int(act.file))
        case Int(DISK_RENAME): self = .rename(from: name, to: act.other.map { String(cString: $0) } ?? "")
        case Int(DISK_REMOVE): self = .remove(name)
        case Int(DISK_FOLDER): self = .makeFolder(name)
        case Int(DISK_SYNC_FOLDER): self = .syncFolder(name)
        case Int(DISK_MARK): self = .mark(try Promise(text: name))
        default:
            let call = act.other.map { String(cString: $0) } ?? "?"
            throw Surprise("the model of the disk has no \(call), which was done to \(name)")
        }
    }
}

/// The test itself does not hold; nothing was shown.
struct Surprise: Error, CustomStringConvertible {
    var description: String

    init(_ text: String) { description = text }
}
