import Foundation
import SluiceSDK

/// Everything that a run found, in three ways.
struct Report {
    var tables: [Table] = []
    var isQuick: Bool

    static let durability =
        "SQLite WAL synchronous=FULL in every zone; segments synced with their folder; three processes"

    var markdown: String {
        """
        # Performance: the figures of one run

        What is measured, and how, stands in [Performance](performance.md).

        - machine: \(Self.machine)
        - versions: \(Self.versions)
        - durability: \(Self.durability)
        - \(isQuick ? "quick run (`make bench-quick`)" : "full run (`make bench`)"), \(Self.date)

        \(tables.map(\.markdown).joined(separator: "\n"))
        """
    }

    var json: [UInt8] {
        var writer = JSONWriter(reserving: 8_192)
        writer.beginObject()
        writer.field("date", Self.date)
        writer.field("run", isQuick ? "quick" : "full")
        writer.field("durability", Self.durability)
        writer.field("machine", Self.machine)
        writer.field("versions", Self.versions)
        writer.key("tables")
        writer.beginArray()
        for table in tables { table.write(to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    static var machine: String {
        let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = info.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last ?? ""
        let memory = ProcessInfo.processInfo.physicalMemory >> 30
        return "\(ProcessInfo.processInfo.activeProcessorCount) cores, \(model.drop { $0 == " " }), \(memory) GiB"
    }

    static var versions: String {
        var name = utsname()
        uname(&name)
        let release = withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let system = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
        let title = system.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }?.dropFirst(12) ?? "Linux"
        return "\(title.filter { $0 != "\"" }), Linux \(release), SQLite \(SQLiteNeighbour.version)"
    }

    private static var date: String { Timestamp.now().rfc3339(in: .utc) }
}
