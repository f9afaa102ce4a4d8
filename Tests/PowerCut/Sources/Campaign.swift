#if DEBUG
    import Foundation

    /// Many cuts of one recording, each inspected, some of them lived through.
    struct Campaign {
        /// Counts, to be added up over rounds.
        struct Tally {
            var cuts = 0
            /// Cuts at which a part had something that was not synced.
            var open: [String: Int] = [:]
            var recoveries = 0
            /// Keys that tickets shared, in the recordings.
            var (keysMade, keysLetGo) = (0, 0)
            var losing = 0
            var findings: [String] = []
        }

        let site: Site
        let folder: String
        /// Promises that are held against what is left.
        var counts: (Promise) -> Bool = { if case .acceptedEarly = $0 { false } else { true } }
        /// Cuts where this part alone has something that was not synced; nil for all in turn.
        var only: Int?
        /// One of so many cuts is lived through to the end.
        var recoverEvery = 12

        static let parts = [
            ("external.db", "external/data"), ("quarantine.db", "relay/data"), ("internal.db", "internal/data"),
            ("segments external-relay", "external/external-relay"), ("segments relay-internal", "relay/relay-internal"),
            ("segments internal-relay", "internal/internal-relay"), ("segments relay-external", "relay/relay-external"),
        ]

        /// - Parameter earlier: promises of the rounds before.
        /// - Returns: where the last cut has left its disk, and what had been promised by then.
        func run(
            _ recording: Recording, cuts: Int, after earlier: [Promise], tally: inout Tally, chance: inout Chance
        ) async throws -> (root: String, promises: [Promise]) {
            let points = try points(recording, cuts, &chance)
            var (disk, promises, played) = (recording.start, earlier, 0)
            var last = folder
            for (number, (point, part)) in points.enumerated() {
                while played <= point {
                    let act = recording.acts[played]
                    try disk.apply(act)
                    if case .mark(let promise) = act, counts(promise) { promises.append(promise) }
                    played += 1
                }
                if number > 0 { try FileManager.default.removeItem(atPath: last) }
                last = "\(folder)/cut-\(number)"
                let hosts = Self.hosts(&chance, with: part.map { Self.host(Self.parts[$0].1) })
                try await cut(disk, promises, at: point, of: hosts, number: number, in: last, &tally, &chance)
            }
            return (last, promises)
        }

        /// In turn one for each part, where it has something that is not synced, and one anywhere; in the order of the log.
        private func points(
            _ recording: Recording, _ cuts: Int, _ chance: inout Chance
        ) throws -> [(point: Int, part: Int?)] {
            let open = try recording.openPoints()
            return (0..<cuts).map { number in
                let part = only ?? number % (Self.parts.count + 1)
                guard part < Self.parts.count, !open[part].isEmpty else {
                    return (chance.below(recording.acts.count), nil)
                }
                return (chance.pick(open[part]), part)
            }.sorted { $0.point < $1.point }
        }

        private func cut(
            _ disk: Disk, _ promises: [Promise], at act: Int, of hosts: Set<String>, number: Int, in root: String,
            _ tally: inout Tally, _ chance: inout Chance
        ) async throws {
            tally.cuts += 1
            for (part, path) in Self.parts where disk.hasPending(below: path) && hosts.contains(Self.host(path)) {
                tally.open[part, default: 0] += 1
            }
            try disk.write(to: root, hosts: hosts, &chance)
            var findings = try Inspection(root: root).findings(promises)
            // The last cut of a round is the next round's beginning and goes on there.
            if findings.isEmpty, number % recoverEvery == recoverEvery / 2 {
                tally.recoveries += 1
                findings = try await Recovery(root: root, site: site).findings(promises)
                if findings.isEmpty { findings = try Inspection(root: root).findings(promises) }
            }
            guard !findings.isEmpty else { return }
            tally.losing += 1
            if tally.findings.count < 10 {
                tally.findings.append(
                    "act \(act), hosts \(hosts.sorted()): " + findings.prefix(5).joined(separator: "; "))
            }
        }

        /// All three on one machine, or one of three machines alone.
        private static func hosts(_ chance: inout Chance, with host: String?) -> Set<String> {
            chance.once(in: 2) ? Set(Gateway.hosts) : [host ?? chance.pick(Gateway.hosts)]
        }

        private static func host(_ path: String) -> String { String(path.prefix { $0 != "/" }) }
    }
#endif
