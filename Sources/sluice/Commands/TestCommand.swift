import ArgumentParser
import SluiceConfig
import SluiceSDK

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Runs the samples beside the configuration.",
        discussion: """
            Every folder samples/<channel id>/<case>/ holds input.* and expected.json: the list of tickets, or rejects,
            that the input becomes. A difference is printed path by path; exit 1 then. Where there is a reply.json, what the
            channel's own sender makes of it is held against expected-reply.*: the request that a simulated source on this
            machine received, the file with its name, the letter, the columns of a row, or the line that a program would get.

            EXAMPLES
              sluice test
              sluice test hotline-12345
            """)

    @OptionGroup var options: SharedOptions

    @Argument(help: "Channels to test; all when none is named.")
    var channels: [String] = []

    func run() async throws {
        let workspace = try Workspace(options, references: .standIn)
        let chosen = channels.isEmpty ? workspace.configuration.goodChannels : try channels.map(workspace.channel)
        let samples = SampleRun(workspace: workspace)
        var (passed, failed) = (0, 0)
        for channel in chosen {
            for outcome in try samples.run(channel) + (await samples.runReplies(channel)) {
                if outcome.difference.isEmpty {
                    passed += 1
                } else {
                    failed += 1
                    print("\(channel.id)/\(outcome.name): differs from what is expected (- expected, + actual)")
                    for line in outcome.difference.split(separator: "\n") { print("    \(line)") }
                }
            }
        }
        let broken = channels.isEmpty ? workspace.configuration.channels.filter { $0.channel == nil } : []
        for channel in broken { print("\(channel.id): not run, its configuration has errors; see `sluice check`") }
        print("\(passed) samples passed, \(failed) failed")
        if failed > 0 || !broken.isEmpty { throw ExitCode(1) }
    }
}
