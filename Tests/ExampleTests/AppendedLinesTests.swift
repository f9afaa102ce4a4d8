import SluiceSDK
import SluiceTesting
import Testing

@Suite struct AppendedLinesTests {
    @Test(arguments: ConformanceCase.allCases)
    func conforms(_ scenario: ConformanceCase) async throws {
        try await TransportConformance.run(scenario) { try FileBench() }
    }
}

/// The upstream is a file, which is taken away and put back.
struct FileBench: TransportBench {
    static let overLimit = OverLimit.refused("appended-lines.too-large")
    static let exempt: [ConformanceCase: String] = [
        .brokenOff: "a line without its end is no line yet, and nobody breaks anything off"
    ]

    let folder = TemporaryFolder()

    init() throws { try writeFile([], folder("calls")) }

    func transport(_ context: ChannelContext) throws -> any Transport {
        let config: ConfigLiteral = ["path": .text(folder("calls")), "every": "10ms"]
        return try AppendedLinesTransport(Config(config, spec: AppendedLinesTransport.spec.config), context: context)
    }

    func put(_ text: String) throws {
        try writeFile(try readFile(folder("calls")) + Array((text + "\n").utf8), folder("calls"))
    }

    func cut() throws { try move(folder("calls"), to: folder("away")) }
    func restore() throws { try move(folder("away"), to: folder("calls")) }
    func breakOff() {}
    func breaks() -> Int { 0 }
}
