#if DEBUG
    import Foundation

    @testable import SluiceStore

    /// Everything that one run of the program does: the cuts, and the controls that must lose.
    struct Trial {
        let options: Options
        let base: String
        let site: Site

        private static let mostAttempts = 5

        func run() async throws -> Bool {
            let (ways, unseen) = try await Bypasses(folder: base + "/bypasses").run()
            let seen = unseen.isEmpty ? "all seen" : "unseen: " + unseen.joined(separator: ", ")
            print("control: changed past the log, in \(ways) ways: \(seen)")
            let honest = try await honest()
            report("synchronous=FULL, as it is", honest, mustLose: false)
            for part in Campaign.parts {
                print("  \(part.0): \(honest.open[part.0] ?? 0) cuts with something that was not synced")
            }
            print("  \(honest.recoveries) cuts lived through until everything had arrived")
            print("  \(honest.keysMade) keys that tickets shared, \(honest.keysLetGo) of them let go of in time")
            let isSealed = honest.keysMade > 0 && honest.keysLetGo > 0
            if !isSealed { print("  too little for keys to be made and let go of: take more --records") }
            var isGood = honest.losing == 0 && unseen.isEmpty && isSealed
            for (name, tally) in try await controls() {
                report("control: " + name, tally, mustLose: true)
                isGood = isGood && tally.losing > 0
            }
            print(isGood ? "every promise was kept, and every control lost" : "FAILED, seed \(options.seed)")
            return isGood
        }

        /// Rounds that begin with what the last cut of the one before has left: making good is cut as well.
        private func honest() async throws -> Campaign.Tally {
            var chance = Chance(seed: options.seed)
            var tally = Campaign.Tally()
            var (root, promises) = (base + "/round-0", [Promise]())
            var first = 1
            for round in 0..<options.rounds {
                let recording = try await Recording(
                    root: root, records: first...(first + options.records - 1), site: site, chance: &chance)
                first += options.records + 20
                tally.keysMade += recording.keys.made
                tally.keysLetGo += recording.keys.letGo
                let campaign = Campaign(site: site, folder: "\(base)/cuts-\(round)")
                (root, promises) = try await campaign.run(
                    recording, cuts: options.cuts, after: promises, tally: &tally, chance: &chance)
                // What has lost something would go on losing it.
                if tally.losing > 0 { break }
                if round == 0 { print("\(recording.acts.count) acts in the first round") }
            }
            return tally
        }

        private func controls() async throws -> [(String, Campaign.Tally)] {
            var chance = Chance(seed: options.seed &+ 1)
            let recording = try await Recording(
                root: base + "/controls", records: 1...options.records, site: site, chance: &chance)
            let normal = try await Recording(
                root: base + "/normal", records: 1...options.records, site: site, durability: .normal,
                chance: &chance)
            var (nameless, empty) = (recording, recording)
            nameless.start.ignores = { name in ["-relay", "-internal", "-external"].contains { name.hasSuffix($0) } }
            empty.start.ignores = { $0.hasSuffix(".seg.tmp") }
            return [
                ("synchronous=NORMAL", try await control(normal, "normal", only: nil) { $0.isHonest }),
                (
                    "an acknowledgement before the commit",
                    try await control(recording, "early", only: 0) {
                        if case .acceptedEarly = $0 { true } else { false }
                    }
                ),
                (
                    "segments without a sync of their folder",
                    try await control(nameless, "folders", only: nil) { $0.isHonest }
                ),
                (
                    "segments that are renamed without a sync",
                    try await control(empty, "files", only: nil) { $0.isHonest }
                ),
            ]
        }

        private func control(
            _ recording: Recording, _ name: String, only part: Int?, counts: @escaping (Promise) -> Bool
        ) async throws -> Campaign.Tally {
            var (chance, tally) = (Chance(seed: options.seed &+ 2), Campaign.Tally())
            // Few cuts may all fall where nothing was at stake, and show nothing then.
            for attempt in 1...Self.mostAttempts where tally.losing == 0 {
                var campaign = Campaign(site: site, folder: "\(base)/control-\(name)-\(attempt)")
                (campaign.counts, campaign.only, campaign.recoverEvery) = (counts, part, .max)
                _ = try await campaign.run(
                    recording, cuts: max(40, options.cuts / 4), after: [], tally: &tally, chance: &chance)
            }
            return tally
        }

        private func report(_ name: String, _ tally: Campaign.Tally, mustLose: Bool) {
            print("\(name): \(tally.cuts) cuts, \(tally.losing) lost\(mustLose ? " (must lose)" : "")")
            if !mustLose { for finding in tally.findings { print("  " + finding) } }
        }
    }

    extension Promise {
        var isHonest: Bool { if case .acceptedEarly = self { false } else { true } }
    }
#endif
