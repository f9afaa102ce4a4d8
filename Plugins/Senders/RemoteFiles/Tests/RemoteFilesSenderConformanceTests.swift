import RemoteFilesSender
import SluiceSDK
import SluiceTesting
import Testing

/// Against real servers, with relays before them.
@Suite struct RemoteFilesSenderConformanceTests {
    @Test(arguments: SenderCase.allCases, RemoteDropBench.Kind.allCases)
    func conforms(_ scenario: SenderCase, kind: RemoteDropBench.Kind) async throws {
        try await SenderConformance.run(scenario) { try await ConformanceBench(kind, scenario) }
    }
}

private struct ConformanceBench: SenderBench {
    static let refusal = "remote-files.missing"
    static let exempt: [SenderCase: String] = [.retryAfter: "file servers name no time"]

    let bench: RemoteDropBench
    let timeout: ConfigLiteral

    init(_ kind: RemoteDropBench.Kind, _ scenario: SenderCase) async throws {
        let needsRelay: Set<SenderCase> = [.answerLate, .answerLost, .brokenOff, .cancellation]
        bench = try await RemoteDropBench(kind, isRelayed: needsRelay.contains(scenario))
        timeout = scenario == .answerLate ? "1s" : "300s"
    }

    func sender() throws -> @Sendable (Parcel) async throws -> Void {
        let sender = try bench.sender([
            ("timeout", timeout), ("name", "{external_id}-{reply.id}.json"),
            ("body", ["json": ["text": "{reply.public_text}"]]),
        ])
        return { parcel in
            _ = try await sender.send(RemoteDropBench.reply(parcel.number, id: parcel.id, text: parcel.text))
        }
    }

    func behave(_ mood: SenderMood) async throws {
        let (folder, away) = (bench.folder, bench.folder + ".away")
        if names(in: away + "/..").contains("in.away") { try move(away, to: folder) }
        let isThere: @Sendable () -> Bool = { names(in: folder).contains { name in !name.hasPrefix(".") } }
        for relay in bench.relays {
            relay.mute(mood == .silent)
            relay.cut(after: mood == .breaking ? 100_000 : nil)
            relay.dropAnswers(when: mood == .deaf ? isThere : nil)
        }
        switch mood {
        case .gone: bench.server?.stop()
        case .refusing: try move(folder, to: away)
        case .well: if bench.server?.isRunning == false { try await bench.server?.start() }
        case .busy, .silent, .deaf, .breaking: break
        }
    }

    func arrivals() throws -> [Arrival] {
        try bench.files.filter { !$0.hasPrefix(".") }.map { name in
            let text = try JSONDocument.parse(readFile(bench.folder + "/" + name)).root["text"]?.string
            return Arrival(id: name, text: text ?? "")
        }
    }

    func strangeThings() -> [String] {
        names(in: bench.folder + "/..").filter { $0 != "in" } + bench.files.filter { $0.hasPrefix(".") }
    }

    func disturbances() -> Int { bench.relays.reduce(0) { $0 + $1.cuts } }
}
