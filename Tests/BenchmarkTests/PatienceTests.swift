import SluiceTesting
import Testing

@testable import sluice_bench

/// A zone that takes nothing ends the run with an error; it does not stand still for ever.
@Suite struct PatienceTests {
    private let folder = TemporaryFolder()
    private let workload = Workload(count: 3, seed: 1)

    @Test func filesThatNobodyTakes() throws {
        let feed = try DropFeed(
            workload, .csv, records: 1, atOnce: 2, folder: folder.path, sent: Moments(count: 3),
            patience: Patience(seconds: 0))
        let error = #expect(throws: OutOfPatience.self) { try feed.run(port: 0) }
        #expect(error?.description.contains("2 files lie in \(folder.path)") == true)
    }

    @Test func pagesThatNobodyAsksFor() throws {
        let feed = try PollFeed(workload, page: 2, sent: Moments(count: 3), patience: Patience(seconds: 0))
        #expect(throws: OutOfPatience.self) { try feed.run(port: 0) }
    }

    @Test func whoTakesSomethingIsWaitedFor() throws {
        let patience = Patience(seconds: 3_600)
        patience.renew()
        try patience.check("nothing")
    }
}
