import Foundation
import SluiceSDK
import SluiceTesting
import Synchronization

@testable import HTTPPollTransport

/// A source of numbered records behind a real server, and a transport that asks it.
final class PollBench: Sendable {
    let server: StubServer
    let reports: Reports

    final class Reports: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    init(_ answer: @escaping @Sendable (StubServer.Request) -> StubServer.Answer) throws {
        server = try StubServer(answer)
        reports = Reports()
    }

    func transport(
        _ more: ConfigLiteral = [:], checkpoint: String? = nil, now: Timestamp = Timestamp(seconds: 1_800_000_000),
        limits: ChannelLimits = ChannelLimits()
    ) throws -> HTTPPollTransport {
        let base: ConfigLiteral = [
            "url": .text("http://127.0.0.1:\(server.port)/orders"), "every": "20ms", "timeout": "5s",
            "retry": ["attempts": 3, "backoff": "1ms..20ms"],
        ]
        let added = more.value.entries ?? []
        let kept = (base.value.entries ?? []).filter { old in !added.contains { $0.key == old.key } }
        let reports = reports
        let context = ChannelContext(
            channelID: "hotline-a", limits: limits, checkpoint: checkpoint, zone: .shanghai,
            report: { reports.add($0) })
        return try HTTPPollTransport(
            Config(ConfigLiteral(ConfigValue(.map(kept + added))), spec: HTTPPollTransport.spec.config),
            context: context, clock: { now })
    }

    /// `{"total":…,"rows":[{"no":…,"time":…}]}`
    static func page(_ numbers: some Sequence<Int>, total: Int? = nil, next: String? = nil) -> StubServer.Answer {
        let rows = numbers.map { #"{"no":\#($0),"time":"\#(time($0))"}"# }.joined(separator: ",")
        let more = (total.map { #""total":\#($0),"# } ?? "") + (next.map { #""next":"\#($0)","# } ?? "")
        return StubServer.Answer(200, "{\(more)\"rows\":[\(rows)]}")
    }

    /// Record n is from minute n of 2026-01-05.
    static func time(_ number: Int) -> String {
        let text = "0\(number / 60)".suffix(2) + ":" + "0\(number % 60)".suffix(2)
        return "2026-01-05 \(text):00"
    }
}

extension StubServer.Request {
    func query(_ name: String) -> String? {
        let text = target.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        return QueryString.decode(text).first { $0.name == name }?.value
    }
}

extension InboundMessage {
    /// The numbers of the records in the page.
    var numbers: [Int] {
        guard let document = try? JSONDocument.parse(message.bytes), let rows = document.root["rows"] else { return [] }
        var found: [Int] = []
        rows.forEachElement { found.append($0["no"]?.integer ?? -1) }
        return found
    }
}

extension HTTPPollTransport {
    /// The next message, acknowledged.
    func take() async throws -> InboundMessage {
        guard let message = try await next() else { throw PluginError(.rejected, "test", "no message") }
        try await message.acknowledge(MessageOutcome())
        return message
    }
}
