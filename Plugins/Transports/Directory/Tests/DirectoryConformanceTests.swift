import DirectoryTransport
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

@Suite struct DirectoryConformanceTests {
    @Test(arguments: ConformanceCase.allCases, ["move", "delete", "keep"])
    func conforms(_ scenario: ConformanceCase, after: String) async throws {
        try await TransportConformance.run(scenario) { DirectoryBench(after: after) }
    }
}

/// A folder; it is taken away and put back.
final class DirectoryBench: TransportBench {
    static let exempt: [ConformanceCase: String] = [
        .brokenOff: "a file of this machine is read in one piece or not at all; a growing one is tested with stable_for"
    ]

    static let overLimit = OverLimit.reported("directory.too-large")

    private let folder = TemporaryFolder()
    private let after: String
    private let count = Mutex(0)

    init(after: String) { self.after = after }

    func transport(_ context: ChannelContext) throws -> any Transport {
        let config: ConfigLiteral = [
            "path": .text(folder.path), "stable_for": "0s", "every": "10ms", "after": .text(after),
        ]
        return try DirectoryTransport(Config(config, spec: DirectoryTransport.spec.config), context: context)
    }

    func put(_ text: String) throws {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let name = "\(10_000 + number).csv"
        try writeFile(Array(text.utf8), folder("." + name))
        try move(folder("." + name), to: folder(name))
    }

    func cut() throws { try move(folder.path, to: folder.path + ".away") }
    func restore() throws { try move(folder.path + ".away", to: folder.path) }
    func breakOff() {}
    func breaks() -> Int { 0 }
}
