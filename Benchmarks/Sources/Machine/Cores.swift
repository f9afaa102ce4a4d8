import Foundation
import SluiceTesting

/// While `work` runs, all threads of this process keep off one core; nil: `work` as it is.
/// - Throws: what `work` throws; `CoreError` when no other core is left, or the system refuses.
func offOneCore(_ core: Int?, _ work: () throws -> Void) throws {
    guard let core else { return try work() }
    let allowed = Meter.read("/proc/self/status").split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    let before = allowed?.split(separator: "\t").last.map(String.init) ?? ""
    let others = Cores.listed(before).filter { $0 != core }
    guard !others.isEmpty else { throw CoreError("no core but \(core) may be used") }
    try Cores.keep(to: others.map(String.init).joined(separator: ","))
    defer { try? Cores.keep(to: before) }
    try work()
}

enum Cores {
    /// `0-2,5` are 0, 1, 2 and 5.
    static func listed(_ text: String) -> [Int] {
        text.split(separator: ",").flatMap { range -> [Int] in
            let ends = range.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last else { return [] }
            return Array(first...last)
        }
    }

    /// The system's own call is not to be had from Swift.
    fileprivate static func keep(to list: String) throws {
        let words = ["--all-tasks", "--cpu-list", "--pid", list, "\(getpid())"]
        let end = try ChildProcess("/usr/bin/taskset", words, environment: [:]).wait()
        guard end == .exited(0) else {
            throw CoreError("taskset cannot keep this program to the cores \(list): \(end)")
        }
    }
}

struct CoreError: Error, CustomStringConvertible {
    var description: String

    init(_ description: String) { self.description = description }
}
