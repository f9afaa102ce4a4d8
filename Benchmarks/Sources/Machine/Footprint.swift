import Foundation

/// What a process holds at one moment.
struct Footprint: Sendable {
    /// Memory of its own: pages of files that it maps are the system's, which takes them back when it needs them.
    var anonymousMiB: Double
    /// Open files, sockets and pipes.
    var descriptors: Double
    var threads: Double

    init(process id: Int32) {
        let status = Meter.read("/proc/\(id)/status")
        anonymousMiB = Meter.number("RssAnon:", in: status) / 1_024
        threads = Meter.number("Threads:", in: status)
        descriptors = Double((try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/fd").count) ?? 0)
    }
}
