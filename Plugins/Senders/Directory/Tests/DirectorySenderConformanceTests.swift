import DirectorySender
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct DirectorySenderConformanceTests {
    @Test(arguments: SenderCase.allCases) func repliesConform(_ scenario: SenderCase) async throws {
        try await SenderConformance.run(scenario) { try FolderBench(.replies) }
    }

    @Test(arguments: SenderCase.allCases) func deliveriesConform(_ scenario: SenderCase) async throws {
        try await SenderConformance.run(scenario) { try FolderBench(.deliveries) }
    }
}

/// A folder of this machine: it is taken away and put back, and holds a folder where a file should be.
private struct FolderBench: SenderBench {
    enum Kind {
        case replies, deliveries
    }

    static let refusal = "directory.failed"
    static let exempt: [SenderCase: String] = [
        .answerLate: "the file system answers or fails",
        .answerLost: "the file system answers or fails; a kill in between is the repeated case",
        .brokenOff: "a file is renamed when it is whole; what a kill leaves has tests of its own",
        .retryAfter: "a folder names no time",
        .cancellation: "writing a file waits for nobody",
    ]

    let kind: Kind
    let outside = TemporaryFolder()
    private var folder: String { outside("in") }

    init(_ kind: Kind) throws {
        self.kind = kind
        try makeFolder(folder)
    }

    func sender() throws -> @Sendable (Parcel) async throws -> Void {
        switch kind {
        case .replies:
            let config: ConfigLiteral = [
                "path": .text(folder), "name": "{external_id}-{reply.id}.json",
                "body": ["json": ["text": "{reply.public_text}"]],
            ]
            let sender = try DirectoryReplySender(
                Config(config, spec: DirectoryReplySender.spec.config), context: ChannelContext(channelID: "a"))
            return { _ = try await sender.send(Self.reply($0)) }
        case .deliveries:
            let config: ConfigLiteral = ["path": .text(folder)]
            let sender = try DirectoryDeliverySender(
                Config(config, spec: DirectoryDeliverySender.spec.config), handlerID: "housing")
            return { parcel in
                var writer = JSONWriter()
                writer.beginObject()
                writer.field("text", parcel.text)
                writer.endObject()
                // The batch's id is ours; here it carries the foreign number as well.
                let id = "\(parcel.number)-\(parcel.id).json"
                try await sender.deliver(
                    DeliveryBatch(id: id, events: [writer.bytes], now: 1_800_000_000, isBatched: false))
            }
        }
    }

    private static func reply(_ parcel: Parcel) -> Reply {
        Reply(
            id: parcel.id, ticketID: "t1", channelID: "a", externalID: parcel.number, event: "replied",
            status: "replied", publicText: parcel.text, repliedAt: "2026-01-05T09:30:00+08:00")
    }

    func behave(_ mood: SenderMood) throws {
        if names(in: outside.path) == ["away"] { try move(outside("away"), to: folder) }
        let blocked = ["A-1-reply-0001.json", "A-1-reply-0001.json.json"].map { folder + "/" + $0 }
        for path in blocked where (try? mode(of: path)) != nil { try remove(path) }
        switch mood {
        case .gone: try move(folder, to: outside("away"))
        case .refusing: for path in blocked { try makeFolder(path) }
        case .well, .busy, .silent, .deaf, .breaking: break
        }
    }

    func arrivals() throws -> [Arrival] {
        try names(in: folder).compactMap { name in
            guard let bytes = try? readFile(folder + "/" + name) else { return nil }
            return Arrival(id: name, text: try JSONDocument.parse(bytes).root["text"]?.string ?? "")
        }
    }

    func strangeThings() -> [String] {
        names(in: outside.path).filter { $0 != "in" } + names(in: folder).filter { $0.hasPrefix(".") }
    }
}
