import Foundation

/// A process and its children that live now, for servers that are many processes.
struct Family {
    private let meters: [Int32: Meter]

    init(of root: Int32) {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
        let members = all.filter { $0 == root || Self.parent(of: $0) == root }
        meters = Dictionary(uniqueKeysWithValues: members.map { ($0, Meter(process: $0)) })
    }

    /// What those that live now have spent since; who has come in between had nothing before.
    func spent(since before: Family) -> (cpuSeconds: Double, written: Int) {
        meters.reduce(into: (0, 0)) { sum, member in
            let earlier = before.meters[member.key]
            sum.0 += member.value.cpuSeconds - (earlier?.cpuSeconds ?? 0)
            sum.1 += member.value.written - (earlier?.written ?? 0)
        }
    }

    /// "12 (a name) S 7 …": the name may hold anything.
    private static func parent(of id: Int32) -> Int32? {
        let fields = Meter.read("/proc/\(id)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 1 ? Int32(fields[1]) : nil
    }
}
