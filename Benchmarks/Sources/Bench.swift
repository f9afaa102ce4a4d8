import ArgumentParser
import Foundation

@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice-bench",
        abstract: "Drives Sluice from outside as upstreams would, and measures at the handler.",
        discussion: """
            Everything runs on this machine: three zones, the load and the handler share its cores. Parts: ways, single, \
            replay, isolation, stages, peer; and soak, which runs only when it is named.
            """)

    @Option(help: "The program to measure.") var binary = ".build/release/sluice"
    @Flag(help: "In less than three minutes, with a tenth of the replay.") var quick = false
    @Option(help: "Only these parts, with commas between.") var parts = ""
    @Option(help: "Records of the replay; 3,180,000 are 26 months of the source city.") var replay: Int?
    @Option(help: "Records of a way at saturation.") var tickets: Int?
    @Option(help: "Seconds of the steady loads.") var steady: Int?
    @Option(help: "Seconds of the soak; 600 when left out, 20 with --quick.") var soak: Int?
    @Option(help: "Single pushes a second of the steady load.") var rate = 500.0
    @Option(help: "For the texts and for what repeats.") var seed: UInt64 = 1
    @Option(help: "Where the JSON goes.") var json: String?
    @Option(help: "Where the tables go as Markdown.") var markdown: String?
    @Option(help: "Folder for the stores; it must be on a disk, not in memory.") var work = NSTemporaryDirectory()
    @Option(help: "Of the ways in and the single pushes, only those whose name has this in it.") var only = ""
    @Flag(help: "Keep the working folders.") var keep = false

    private static let all = ["ways", "single", "replay", "isolation", "stages", "peer", "soak"]

    private var isWhole: Bool { parts.isEmpty }

    func validate() throws {
        for part in parts.split(separator: ",") where !Self.all.contains(String(part)) {
            throw ValidationError("'\(part)' is none of the parts: \(Self.all.joined(separator: ", "))")
        }
    }

    func run() async throws {
        let disk = try WorkDisk.checked(work)
        var report = try inFolder("conditions") { folder in
            Report(
                isQuick: quick, parts: parts,
                versions: Versions(binary: binary, hasPeer: wants("peer"), folder: folder), disk: disk,
                durability: try Durability(in: folder))
        }
        for condition in report.conditions { say("\(condition.name): \(condition.text)") }
        var holds = true
        let begun = now()
        try write(report)
        for part in Self.all where wants(part) {
            let start = now()
            let found = try await measure(part)
            holds = holds && found.holds
            say("\n\(found.table.text)\n  (\(Table.number(Double(now() - start) / 1e9, 0)) s)")
            report.tables.append(found.table)
            // What was found is kept, whatever becomes of the next part.
            try write(report)
        }
        let seconds = Int((now() - begun) / 1_000_000_000)
        report.verdict = Verdict(holds: holds, seconds: seconds)
        if quick, isWhole, seconds > 180 { say("a slow hour: \(seconds) s, and it is meant to take three minutes") }
        try write(report)
        if !holds { throw ExitCode.failure }
    }

    private func write(_ report: Report) throws {
        if let json { try Data(report.json).write(to: URL(fileURLWithPath: json)) }
        if let markdown { try report.markdown.write(toFile: markdown, atomically: true, encoding: .utf8) }
    }

    /// Seen when it is said, also through a pipe.
    private func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    private func wants(_ part: String) -> Bool {
        isWhole ? part != "soak" : parts.split(separator: ",").contains { $0 == part }
    }

    private func measure(_ part: String) async throws -> Finding {
        switch part {
        case "isolation":
            return try inFolder(part) { folder in
                try Isolation(binary: binary, seed: seed, seconds: steady ?? (quick ? 4 : 10), pairs: quick ? 1 : 5)
                    .run(in: folder)
            }
        case "stages":
            let folder = try makeFolder(part)
            defer { drop(folder) }
            return try await Stages(binary: binary, folder: folder, seed: seed, count: quick ? 10_000 : 100_000).run()
        case "peer":
            if let obstacle = Peer.obstacle {
                return Finding(
                    Table(title: "A neighbour on the same work", columns: [], notes: ["left out: \(obstacle)"]))
            }
            return try inFolder(part) { folder in
                try Peer(folder: folder, seed: seed, count: tickets ?? (quick ? 5_000 : 200_000)).run()
            }
        case "soak":
            return try inFolder(part) { folder in
                try Soak(
                    binary: binary, seed: seed, seconds: soak ?? (quick ? 20 : 600),
                    records: tickets ?? (quick ? 20_000 : 100_000)
                ).run(in: folder)
            }
        default: return try scenarios(part)
        }
    }

    private func scenarios(_ part: String) throws -> Finding {
        let (title, all, notes) = plan(part)
        let scenarios = all.filter { only.isEmpty || $0.name.contains(only) }
        var outcomes: [Outcome] = []
        for scenario in scenarios {
            say("running: \(scenario.name), \(scenario.tickets) records")
            outcomes.append(try inFolder(part) { try scenario.run(binary: binary, in: $0, seed: seed) })
        }
        return Finding(Outcome.table(title, outcomes, notes: notes), faults: outcomes.flatMap(\.faults))
    }

    private func plan(_ part: String) -> (String, [Scenario], [String]) {
        let many = tickets ?? (quick ? 10_000 : 200_000)
        let few = many / 4
        switch part {
        case "ways":
            return (
                "Every way in, as fast as it is taken",
                [
                    Scenario(
                        name: "NDJSON of 500", tickets: many,
                        feed: .push(.ndjson, batch: 500, connections: 4), outlastsWindow: !quick),
                    Scenario(name: "poll, pages of 200", tickets: many, feed: .poll(page: 200)),
                    Scenario(name: "CSV files of 2,000", tickets: many, feed: .files(rows: 2_000, atOnce: 4)),
                    Scenario(
                        name: "XML pushes of 100", tickets: many,
                        feed: .push(.xml, batch: 100, connections: 4)),
                    Scenario(name: "letters in a Maildir", tickets: quick ? few / 2 : few, feed: .mails(atOnce: 500)),
                ],
                [
                    "Accept: push, request → answer; poll, page asked for → next page asked for; files and letters, "
                        + "there → taken away. At the handler: from the same beginning, so the queue of what was accepted faster counts."
                ]
            )
        case "single":
            let cores = ProcessInfo.processInfo.activeProcessorCount
            var list = [
                Scenario(
                    name: "\(Int(rate))/s", tickets: Int(rate) * (steady ?? (quick ? 5 : 60)),
                    feed: .push(.ndjson, batch: 1, connections: 8, rate: rate)),
                Scenario(
                    name: "as fast as answered", tickets: few,
                    feed: .push(.ndjson, batch: 1, connections: 16)),
            ]
            if cores > 1 {
                list.append(
                    Scenario(
                        name: "the same, external zone on one core", tickets: few,
                        feed: .push(.ndjson, batch: 1, connections: 16), pinned: 0))
                list.append(
                    Scenario(
                        name: "one core for it alone, 64 connections", tickets: few,
                        feed: .push(.ndjson, batch: 1, connections: 64), pinned: 0, isAlone: true))
            }
            return (
                "Single pushes", list,
                [
                    "One record in a request, 8 connections at the steady rate, 16 at saturation where not said otherwise, kept alive. "
                        + "Alone: the other zones start once everything is accepted, and the load keeps to the other core; its "
                        + "times at the handler say nothing."
                ]
            )
        default:
            let count = replay ?? (quick ? 318_000 : 3_180_000)
            return (
                "Replay",
                [
                    Scenario(
                        name: "NDJSON of 500", tickets: count,
                        feed: .push(.ndjson, batch: 500, connections: 4, window: 20_000), restarts: true)
                ],
                [
                    "3,180,000 records are 26 months of the source city. The source waits whenever 20,000 records are on their way, so the "
                        + "rates are what is sustained. Kept: before any retention."
                ]
            )
        }
    }

    // MARK: Folders

    private func inFolder<Result>(_ name: String, _ work: (String) throws -> Result) throws -> Result {
        let folder = try makeFolder(name)
        defer { drop(folder) }
        return try work(folder)
    }

    private func makeFolder(_ name: String) throws -> String {
        let folder = (work as NSString).appendingPathComponent("sluice-bench-\(getpid())-\(name)-\(now())")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    private func drop(_ folder: String) { if !keep { try? FileManager.default.removeItem(atPath: folder) } }
}
