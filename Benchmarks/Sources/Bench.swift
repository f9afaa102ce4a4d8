import ArgumentParser
import Foundation

@main
struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sluice-bench",
        abstract: "Drives Sluice from outside as upstreams would, and measures at the handler.",
        discussion: "Everything runs on this machine: three zones, the load and the handler share its cores.")

    @Option(help: "The program to measure.") var binary = ".build/release/sluice"
    @Option(help: "Records in the scenarios at saturation.") var tickets = 200_000
    @Option(help: "Seconds of the scenario at a steady rate.") var steady = 30
    @Option(help: "Single pushes a second of that scenario.") var rate = 500.0
    @Option(help: "For the texts and for what repeats.") var seed: UInt64 = 1
    @Option(help: "Where the JSON goes.") var json: String?
    @Option(help: "Only scenarios whose name has this in it.") var only = ""
    @Option(help: "Folder for the stores; it must be on a disk, not in memory.") var work = NSTemporaryDirectory()
    @Flag(help: "Keep the working folders.") var keep = false

    func run() throws {
        print("durability: \(Report.durability)\nmachine: \(Report.machine)")
        var outcomes: [Outcome] = []
        for scenario in scenarios where only.isEmpty || scenario.name.contains(only) {
            let folder = (work as NSString).appendingPathComponent("sluice-bench-\(getpid())-\(outcomes.count)")
            print("running: \(scenario.name), \(scenario.tickets) records")
            outcomes.append(try scenario.run(binary: binary, in: folder, seed: seed))
            if !keep { try? FileManager.default.removeItem(atPath: folder) }
        }
        print(Report.table(outcomes))
        if let json { try Data(Report.json(outcomes)).write(to: URL(fileURLWithPath: json)) }
        if outcomes.contains(where: { !$0.holds }) { throw ExitCode.failure }
    }

    private var scenarios: [Scenario] {
        [
            Scenario(
                name: "NDJSON of 500", tickets: tickets, plan: .init(batch: 500, connections: 4, rate: nil)),
            Scenario(
                name: "single, \(Int(rate))/s", tickets: Int(rate) * steady,
                plan: .init(batch: 1, connections: 8, rate: rate)),
            Scenario(
                name: "single, saturated", tickets: tickets / 4, plan: .init(batch: 1, connections: 16, rate: nil)),
        ]
    }
}
