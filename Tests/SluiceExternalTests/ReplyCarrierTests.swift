import Foundation
import GRDB
import Logging
@testable import SluiceExternal
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore
import SluiceTesting
import Synchronization
import Testing

@Suite struct ReplyCarrierTests {
    private let folder = TemporaryFolder()
    private let store: Store

    init() throws {
        store = try ExternalStore.open(folder: folder.path)
    }

    @Test func anAcknowledgedReplyIsSettledAndItsAnswerGoesInward() async throws {
        try await offer("r1", ticket: "t1")
        let source = ScriptedSource([.success(SourceAnswer(status: 200, excerpt: "已收到"))])
        try await run(source) { try state("r1") == "acknowledged" }
        #expect(source.sent.map(\.id) == ["r1"])
        let notice = try #require(try notices().first)
        #expect(
            notice
                == .init(
                    replyID: "r1", ticketID: "t1", state: .acknowledged, status: 200, excerpt: "已收到", at: notice.at))
    }

    @Test func aFailedAttemptIsRepeatedWithTheSameID() async throws {
        try await offer("r1", ticket: "t1")
        let busy = PluginError(.retry(after: .milliseconds(1)), "http.503", "busy")
        let source = ScriptedSource([.failure(busy), .failure(busy), .success(SourceAnswer(status: 200, excerpt: ""))])
        try await run(source) { try state("r1") == "acknowledged" }
        #expect(source.sent.map(\.id) == ["r1", "r1", "r1"])
        #expect(try notices().count == 1)
    }

    @Test func aReplyOfAClockThatWasPutBackIsSentNow() async throws {
        try await offer("r1", ticket: "t1")
        let month = Int64(30 * 86_400_000)
        try await store.commit {
            try $0.execute(sql: "UPDATE reply SET next_at = next_at + ?", arguments: [month])
        }
        try await run(ScriptedSource([])) { try state("r1") == "acknowledged" }
    }

    @Test func whatTheSourceRefusesStaysOnTheDeskAndTheInsideHearsOfIt() async throws {
        try await offer("r1", ticket: "t1")
        let source = ScriptedSource([.failure(PluginError(.rejected, "http.404", "no such order"))])
        try await run(source) { try state("r1") == "failed" }
        #expect(try ReplyDesk(store: store).open().map(\.replyID) == ["r1"])
        #expect(try notices().map(\.state) == [.failed])
    }

    @Test(arguments: [nil, PluginError(.retry(after: .zero), "http.503", "busy")])
    func aStoreThatTakesNothingDoesNotMakeTheSourceHearItAgain(_ error: PluginError?) async throws {
        try await offer("r1", ticket: "t1")
        // What a full disk does: read everything, write nothing.
        let trigger = "CREATE TRIGGER full BEFORE UPDATE ON reply BEGIN SELECT raise(ABORT, 'disk is full'); END"
        try await store.commit { try $0.execute(sql: trigger) }
        let source = ScriptedSource(error.map { [.failure($0)] } ?? [])
        let looks = Counter()
        try await run(source) {
            // Time enough to send it a hundred times more.
            if looks.next() == 60 { try store.write { try $0.execute(sql: "DROP TRIGGER full") } }
            return try state("r1") == "acknowledged"
        }
        #expect(source.sent.map(\.id) == (error == nil ? ["r1"] : ["r1", "r1"]))
    }

    @Test func aSenderThatFailsInAnUnknownWayIsTriedAsOftenAsAnyOther() async throws {
        struct Surprise: Error {}
        try await offer("r1", ticket: "t1")
        let source = ScriptedSource([], surprise: Surprise())
        try await run(
            source, policy: ReplyPolicy(attempts: 3, backoff: Backoff(first: .milliseconds(1), most: .milliseconds(1)))
        ) {
            try state("r1") == "failed"
        }
        #expect(source.sent.count == 3)
    }

    @Test func attemptsEndAndTheReplyIsKept() async throws {
        try await offer("r1", ticket: "t1")
        let down = PluginError(.notConnected, "curl.refused", "nobody listens")
        let source = ScriptedSource([.failure(down), .failure(down), .failure(down)])
        try await run(
            source, policy: ReplyPolicy(attempts: 3, backoff: Backoff(first: .milliseconds(1), most: .milliseconds(1)))
        ) {
            try state("r1") == "failed"
        }
        #expect(source.sent.count == 3)
    }

    @Test func repliesOfOneTicketKeepTheirOrderWhenTheFirstFails() async throws {
        try await offer("r1", ticket: "t1")
        try await offer("r2", ticket: "t1")
        let busy = PluginError(.retry(after: .milliseconds(20)), "http.503", "busy")
        let source = ScriptedSource([.failure(busy)])
        try await run(source) { try state("r2") == "acknowledged" }
        #expect(source.sent.map(\.id) == ["r1", "r1", "r2"])
    }

    @Test func aReplyThatWasBeingSentWhenWeDiedWaitsForAPersonIfAsked() async throws {
        try await offer("r1", ticket: "t1")
        try await store.commit { try $0.execute(sql: "UPDATE reply SET state = 'sending'") }
        let source = ScriptedSource([])
        try await run(source, policy: ReplyPolicy(onUnknown: .ask)) { try state("r1") == "unknown" }
        #expect(source.sent.isEmpty)
    }

    @Test func anEventTheChannelDoesNotWantIsNotSentAndTheInsideHearsOfIt() async throws {
        try await offer("r1", ticket: "t1", event: "accepted")
        #expect(try state("r1") == "not_wanted")
        #expect(try notices().map(\.state) == [.notWanted])
    }

    @Test func theSameEventTwiceIsOneReply() async throws {
        try await offer("r1", ticket: "t1")
        try await offer("r1", ticket: "t1")
        #expect(try await store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM reply") } == 1)
    }

    @Test(arguments: ["failed", "unknown"])
    func whatFailedIsSentAgainUnderItsOldID(_ ended: String) async throws {
        try await offer("r1", ticket: "t1")
        try await store.commit { try $0.execute(sql: "UPDATE reply SET state = ?, attempts = 50", arguments: [ended]) }
        try await ReplyDesk(store: store).resend("r1", by: "张敏", zone: .shanghai)
        let source = ScriptedSource([])
        try await run(source) { try state("r1") == "acknowledged" }
        #expect(source.sent.map(\.id) == ["r1"])
        #expect(try await store.read { try String.fetchOne($0, sql: "SELECT person FROM reply_event") } == "张敏")
    }

    @Test func whatWaitsOrIsDoneIsNotSentAgain() async throws {
        try await offer("r1", ticket: "t1")
        await #expect(throws: DeskError.self) {
            try await ReplyDesk(store: store).resend("r1", by: "a", zone: .shanghai)
        }
        await #expect(throws: DeskError.self) {
            try await ReplyDesk(store: store).resend("r9", by: "a", zone: .shanghai)
        }
    }

    // MARK: - Pieces

    private func offer(_ id: String, ticket: String, event: String = "replied") async throws {
        let body = CaseEventBody(
            replyID: id, ticketID: ticket, channelID: "c", externalID: "A-1", event: event, status: event,
            publicText: "已处理", repliedAt: Timestamp(seconds: 1_770_000_000))
        let inbox = ReplyInbox(wanted: { $0 == "c" ? ["replied"] : nil }, zone: .shanghai, clock: { .now() })
        try await store.commit { try inbox.take(body, in: $0) }
    }

    private func run(
        _ source: ScriptedSource,
        policy: ReplyPolicy = ReplyPolicy(backoff: Backoff(first: .milliseconds(1), most: .milliseconds(5))),
        until isDone: () throws -> Bool
    ) async throws {
        let carrier = ReplyCarrier(
            channelID: "c", sender: source, policy: policy, store: store, zone: .shanghai,
            status: ChannelStatus(channelID: "c", clock: { .now() }), bell: ReplyBells(), forward: {},
            clock: { .now() },
            logger: Logger(label: "test"))
        let task = Task { try await carrier.run() }
        for _ in 0..<500 where try !isDone() { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try isDone())
        task.cancel()
        _ = await task.result
    }

    private func state(_ id: String) throws -> String? {
        try store.read { try String.fetchOne($0, sql: "SELECT state FROM reply WHERE reply_id = ?", arguments: [id]) }
    }

    private func notices() throws -> [NoticeBody.ReplyNotice] {
        let bodies = try store.read {
            try Data.fetchAll($0, sql: "SELECT unpacked(content) FROM outbox WHERE kind = 'notice' ORDER BY id")
        }
        return try bodies.map { body in
            guard case .reply(let reply) = try NoticeBody(json: [UInt8](body)).subject else {
                throw CancellationError()
            }
            return reply
        }
    }
}

/// A source that answers by a script, then takes everything; keeps what it was sent.
private final class ScriptedSource: ReplySender {
    static let spec = PluginSpec("scripted", "for tests", ConfigSpec([]))

    private let script: Mutex<[Result<SourceAnswer, PluginError>]>
    private let surprise: (any Error)?
    private let taken = Mutex<[Reply]>([])

    /// - Parameter surprise: thrown every time the script has nothing to say.
    init(_ script: [Result<SourceAnswer, PluginError>], surprise: (any Error)? = nil) {
        self.script = Mutex(script)
        self.surprise = surprise
    }

    convenience init(_ config: Config, context: ChannelContext) throws { self.init([]) }

    var sent: [Reply] { taken.withLock { $0 } }

    func send(_ reply: Reply) async throws -> SourceAnswer {
        taken.withLock { $0.append(reply) }
        let next = script.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        if next == nil, let surprise { throw surprise }
        return try next?.get() ?? SourceAnswer(status: 200, excerpt: "")
    }
}
