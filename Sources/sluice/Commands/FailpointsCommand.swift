import ArgumentParser
import SluiceStore

/// Left out of `--help`: for those who test Sluice, not for those who run it.
struct FailpointsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failpoints", abstract: "Lists where a debug build can be made to die (SLUICE_FAILPOINT).",
        shouldDisplay: false)

    func run() throws {
        guard Failpoint.areCompiled else {
            throw ValidationError("this is a release build: it has no failpoints; use .build/debug/sluice")
        }
        for point in Failpoint.allCases where !point.isControl {
            print(point.rawValue, point.zones.joined(separator: ","))
        }
    }
}
