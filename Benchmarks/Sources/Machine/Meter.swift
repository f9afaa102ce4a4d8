import Foundation

/// What the kernel counts of a process.
struct Meter {
    var cpuSeconds: Double
    var peakMiB: Double
    /// Bytes that it caused to be written to a disk: the kernel counts a page when it becomes dirty, not when it reaches the
    /// disk. What is overwritten before the kernel gets to it counts each time; what is synced was written.
    var written: Int

    init(process id: Int32) {
        let stat = Self.read("/proc/\(id)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = stat.count > 12 ? (Double(stat[11]) ?? 0) + (Double(stat[12]) ?? 0) : 0
        cpuSeconds = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        peakMiB = Self.number("VmHWM:", in: Self.read("/proc/\(id)/status")) / 1_024
        written = Int(Self.number("write_bytes:", in: Self.read("/proc/\(id)/io")))
    }

    static func read(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    static func number(_ name: String, in text: String) -> Double {
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        return line.split { !$0.isNumber }.first.flatMap { Double($0) } ?? 0
    }
}
