import Foundation

/// What the kernel counts of a process.
struct Meter {
    var cpuSeconds: Double
    var peakMiB: Double
    /// Bytes that reached the block layer.
    var written: Int

    init(process id: Int32) {
        let stat = Self.read("/proc/\(id)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = stat.count > 12 ? (Double(stat[11]) ?? 0) + (Double(stat[12]) ?? 0) : 0
        cpuSeconds = ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
        peakMiB = Self.number("VmHWM:", in: Self.read("/proc/\(id)/status")) / 1_024
        written = Int(Self.number("write_bytes:", in: Self.read("/proc/\(id)/io")))
    }

    private static func read(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    private static func number(_ name: String, in text: String) -> Double {
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        return line.split { !$0.isNumber }.first.flatMap { Double($0) } ?? 0
    }
}
