import ArgumentParser
import Foundation
import SluiceBoundary
import SluiceSDK
import SluiceSimulator

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "All zones on simulated channels and handlers: watch tickets arrive.",
        discussion: """
            Every channel of the configuration that has a samples/<channel>/upstream.yaml is simulated. Mailboxes and
            remote hosts are real servers where they are installed (Dovecot, OpenSSH, vsftpd, aiosmtpd), and folders where
            they are not; it says which. Everything happens in temporary folders and on loopback; nothing stays behind.
            Ends with --for; on Ctrl-C at once and without ledgers. Exit 1 when the ledgers and the simulator's own books
            differ.

            EXAMPLES
              sluice demo --for 20s
              sluice demo --for 60s --rate 5 --misbehave
            """)

    @OptionGroup var options: SharedOptions

    @Option(name: .customLong("for"), help: ArgumentHelp("End by itself after this time.", valueName: "duration"))
    var duration = "20s"

    @OptionGroup var simulation: SimulationOptions

    func run() async throws {
        guard let time = Units.duration(duration) else {
            throw ValidationError("'\(duration)' is not a duration; write 20s")
        }
        FileLimit.raise()
        let demo = try Demo(configFolder: options.configFolder, options: try simulation.checked())
        defer { demo.removeFolder() }
        do {
            try await Interruption.watched { try await demo.run(for: time) }
        } catch let interruption as Interruption {
            Terminal.error("ended before its time; the books were not compared")
            throw ExitCode(interruption.status)
        }
    }
}

/// How the simulated upstreams behave.
struct SimulationOptions: ParsableArguments {
    @Option(help: "Matters each channel brings in a second.")
    var rate = 1.0

    @Option(help: "The same seed tells the same stories.")
    var seed: UInt64 = 12345

    @Flag(help: "Errors, slowness, garbage, changed records, the same matter through several channels.")
    var misbehave = false

    func checked() throws -> Simulator.Options {
        guard rate > 0, rate <= 1000 else { throw ValidationError("--rate takes a number above 0, up to 1000") }
        return Simulator.Options(seed: seed, rate: rate, misbehaves: misbehave)
    }
}
