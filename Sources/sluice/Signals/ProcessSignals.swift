import Foundation
import Glibc

/// What the kernel knows of this process.
enum ProcessSignals {
    static func samples() -> [Sample] {
        var out = [Sample(.cpu, [], cpuSeconds)]
        if let memory { out.append(Sample(.memory, [], memory)) }
        if let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            out.append(Sample(.openFiles, [], files))
        }
        return out
    }

    private static var cpuSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    /// The second number of statm is resident pages.
    private static var memory: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
