import Foundation
import SluiceTesting
import Testing

/// The short run of a program that `make torture` runs for longer; it prints the seed that it drew.
@Suite struct PowerCutTests {
    @Test func everyPromiseSurvivesTheCutsAndEveryControlLoses() throws {
        let folder = TemporaryFolder()
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folders = [own, CommandLine.arguments[0]].map { ($0 as NSString).deletingLastPathComponent }
        let program = try #require(
            folders.map { $0 + "/PowerCut" }.first(where: FileManager.default.isExecutableFile))
        let child = try ChildProcess(
            program, ["--cuts", "60", "--records", "30"], environment: ["SWIFT_BACKTRACE": "enable=no"],
            output: folder("report"))
        let end = child.wait()
        let report = String(decoding: try readFile(folder("report")), as: UTF8.self)
        #expect(end == .exited(0), "\(report)")
        print(report)
    }
}
