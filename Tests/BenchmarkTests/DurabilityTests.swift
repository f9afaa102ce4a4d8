import SluiceTesting
import Testing

@testable import sluice_bench

@Suite struct DurabilityTests {
    @Test func whatTheReportSaysIsWhatAStoreAnswers() throws {
        let folder = TemporaryFolder()
        let durability = try withExtendedLifetime(folder) { try Durability(in: folder.path) }
        #expect(durability.journalMode == "wal")
        #expect(durability.synchronous == 2)
        #expect(durability.text.contains("journal_mode=wal, synchronous=FULL"))
    }
}
