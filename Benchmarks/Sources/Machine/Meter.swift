import Foundation

/// What the kernel counts of a process.
struct Meter {
    var cpuSeconds = 0.0
    var peakMiB = 0.0
    /// Bytes that it caused to be written to a disk: the kernel counts a page when it becomes dirty, not when it reaches the
    /// disk. What is overwritten before the kernel gets to it counts each time; what is synced was written.
    var written = 0

    /// Of a process that has not begun.
    init() {}

    init(process id: Int32) {
        cpuSeconds = Self.cpuSeconds(id)
        peakMiB = Self.number("VmHWM:", in: Self.read("/proc/\(id)/status")) / 1_024
        written = Int(Self.number("write_bytes:", in: Self.read("/proc/\(id)/io")))
    }

    /// To the nanosecond, where `/proc/PID/stat` counts in steps of ten milliseconds; 0 once the process is gone.
    private static func cpuSeconds(_ process: Int32) -> Double {
        var (clock, time) = (clockid_t(), timespec())
        guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static func read(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }

    static func number(_ name: String, in text: String) -> Double {
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
        return line.split { !$0.isNumber }.first.flatMap { Double($0) } ?? 0
    }
}
