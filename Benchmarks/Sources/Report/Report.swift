import Foundation
import SluiceSDK

/// How a whole run ended.
struct Verdict: Sendable {
    var holds: Bool
    var seconds: Int

    var text: String { "\((seconds + 30) / 60) minutes; \(holds ? "everything holds" : "something DOES NOT HOLD")" }
}

/// Everything that a run found, in three ways.
struct Report {
    var tables: [Table] = []
    var isQuick: Bool
    /// Those that were asked for; empty: all.
    var parts = ""
    /// nil while parts are missing.
    var verdict: Verdict?
    let versions: Versions
    let disk: WorkDisk
    let durability: Durability

    /// What must be known to read the figures, as lines.
    var conditions: [(name: String, text: String)] {
        [
            ("machine", Self.machine), ("file system of the stores", disk.name), ("versions", versions.text),
            ("durability", durability.text),
        ]
    }

    var markdown: String {
        """
        # Performance: the figures of one run

        What is measured, and how, stands in [Performance](performance.md).

        \(conditions.map { "- \($0.name): \($0.text)" }.joined(separator: "\n"))
        - \(run), \(Self.date), \(verdict?.text ?? "not finished")

        \(tables.map(\.markdown).joined(separator: "\n"))
        """
    }

    private var run: String {
        guard parts.isEmpty else { return "`sluice-bench --parts \(parts)\(isQuick ? " --quick" : "")`" }
        return isQuick ? "quick run (`make bench-quick`)" : "full run (`make bench`)"
    }

    var json: [UInt8] {
        var writer = JSONWriter(reserving: 8_192)
        writer.beginObject()
        writer.field("date", Self.date)
        writer.field("run", isQuick ? "quick" : "full")
        writer.field("parts", parts.isEmpty ? "all" : parts)
        writer.field("machine", Self.machine)
        writer.field("file_system", disk.name)
        if let verdict {
            writer.field("holds", verdict.holds)
            writer.field("seconds", verdict.seconds)
        }
        writer.key("durability")
        writer.beginObject()
        writer.field("journal_mode", durability.journalMode)
        writer.field("synchronous", durability.synchronous)
        writer.field("text", durability.text)
        writer.endObject()
        writer.key("versions")
        writer.beginObject()
        for version in versions.list { writer.field(version.name, version.version) }
        writer.endObject()
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

    private static var date: String { Timestamp.now().rfc3339(in: .utc) }
}
