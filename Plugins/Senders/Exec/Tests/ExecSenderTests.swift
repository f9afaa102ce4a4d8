import ExecSender
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct ExecSenderTests {
    private let folder = TemporaryFolder()

    private static let reply = Reply(
        id: "r1", ticketID: "t1", channelID: "exec", externalID: "A-1", event: "replied", status: "replied",
        publicText: "已修复 \"x\"\n", repliedAt: "2026-01-05T09:30:00+08:00")

    private func config(_ body: String, timeout: String = "60s") throws -> Config {
        let path = folder("answer")
        try writeProgram("#!/bin/sh\n\(body)\n", path)
        let value: ConfigLiteral = ["command": [.text(path)], "timeout": .text(timeout)]
        return Config(value.value, baseFolder: folder.path, programs: [path])
    }

    private func send(_ body: String, timeout: String = "60s") async throws -> SourceAnswer {
        try await ExecReplySender(config(body, timeout: timeout), context: ChannelContext(channelID: "exec"))
            .send(Self.reply)
    }

    private func failure(_ body: String, timeout: String = "60s") async -> PluginError? {
        do {
            _ = try await send(body, timeout: timeout)
            return nil
        } catch {
            return error as? PluginError
        }
    }

    @Test func theProgramGetsTheReplyAndItsAnswerStandsOnTheTimeline() async throws {
        let answer = try await send(
            #"cat > "$(dirname "$0")/in"; printf '{"answer": "办结 17", "status": 200}\nmore'"#)
        #expect(answer.excerpt == "办结 17" && answer.status == 200)
        let line = String(decoding: try readFile(folder("in")), as: UTF8.self)
        #expect(
            line
                == #"{"reply":{"id":"r1","ticket_id":"t1","channel_id":"exec","external_id":"A-1","event":"replied","status":"replied","public_text":"已修复 \"x\"\n","replied_at":"2026-01-05T09:30:00+08:00"}}"#
                + "\n")
    }

    /// For samples: nobody knows what a program does, so it does not run.
    @Test func aDraftIsTheLineThatTheProgramWouldGet() async throws {
        let sender = try ExecReplySender(
            config(#"cat > "$(dirname "$0")/in""#), context: ChannelContext(channelID: "exec"))
        let draft = try #require(try sender.draft(Self.reply))
        #expect(draft.target == "answer")
        #expect(names(in: folder.path) == ["answer"])
        _ = try await sender.send(Self.reply)
        #expect(try readFile(folder("in")) == draft.body + [0x0A])
    }

    @Test func nothingAndANormalEndIsTaken() async throws {
        #expect(try await send("exit 0").excerpt == "taken")
    }

    @Test(arguments: [
        (64, PluginError.Remedy.rejected), (65, .rejected), (77, .rejected), (78, .misconfigured),
        (75, .retry(after: .zero)), (1, .retry(after: .zero)), (127, .retry(after: .zero)),
    ])
    func exitCodesSayWhatToDo(code: Int, remedy: PluginError.Remedy) async {
        let error = await failure("echo 'ERROR: why' >&2; exit \(code)")
        #expect(error?.remedy == remedy)
        #expect(error?.reason == "answer ended with \(code): why")
    }

    @Test func answersSayWhatToDo() async {
        #expect(await failure(#"echo '{"refused": "closed"}'"#)?.remedy == .rejected)
        #expect(await failure(#"echo '{"retry": "busy", "after": 30}'"#)?.remedy == .retry(after: .seconds(30)))
        #expect(await failure("echo fine")?.code == "exec.answer")
    }

    @Test func aProgramThatHangsOrFloodsOrDiesIsAskedAgainLater() async {
        #expect(await failure("sleep 65431", timeout: "200ms")?.code == "exec.timeout")
        #expect(await failure("exec tr '\\0' x < /dev/zero")?.code == "exec.answer-size")
        #expect(await failure("kill -9 $$")?.remedy == .retry(after: .zero))
        #expect(processes(with: "65431").isEmpty)
    }

    @Test func aBatchOfEventsIsOneLine() async throws {
        let config = try config(#"cat > "$(dirname "$0")/in""#)
        let events = [Array(#"{"id":"e1"}"#.utf8), Array(#"{"id":"e2"}"#.utf8)]
        try await ExecDeliverySender(config, handlerID: "desk")
            .deliver(DeliveryBatch(id: "b1", events: events, now: 0, isBatched: true))
        #expect(
            String(decoding: try readFile(folder("in")), as: UTF8.self)
                == #"{"batch":"b1","events":[{"id":"e1"},{"id":"e2"}]}"# + "\n")
    }
}
