import ArgumentParser
import Foundation
import SluiceBoundary
import SluiceSDK

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "All zones on simulated channels and handlers: watch tickets arrive.",
        discussion: """
            Everything happens in a temporary folder and on loopback; nothing stays behind. Ends with --for, or on Ctrl-C.

            EXAMPLES
              sluice demo --for 20s
              sluice demo --for 60s --rate 50
            """)

    @OptionGroup var options: SharedOptions

    @Option(name: .customLong("for"), help: ArgumentHelp("End by itself after this time.", valueName: "duration"))
    var duration = "20s"

    @Option(help: "Matters each channel brings in a second.")
    var rate = 10.0

    @Option(help: "The same seed tells the same stories.")
    var seed: UInt64 = 12345

    func run() async throws {
        guard let time = Units.duration(duration) else {
            throw ValidationError("'\(duration)' is not a duration; write 20s")
        }
        guard rate > 0, rate <= 1000 else { throw ValidationError("--rate takes a number above 0, up to 1000") }
        let demo = try Demo(configFolder: options.configFolder, rate: rate)
        defer { demo.removeFolder() }
        try await demo.run(for: time, seed: seed)
    }
}
