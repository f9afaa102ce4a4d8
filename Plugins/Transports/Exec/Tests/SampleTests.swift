import Foundation
import SluiceSDK
import SluiceTesting
import Testing
import ExecTransport

/// The two samples of README.md, run as they stand there.
@Suite struct SampleTests {
    private func sample(_ language: String) throws -> (interpreter: String, body: String) {
        let readme = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("README.md")
        let text = try String(contentsOf: readme, encoding: .utf8)
        let block = try #require(
            text.components(separatedBy: "```\(language)\n").dropFirst().first?.components(separatedBy: "```").first)
        let lines = block.split(separator: "\n", maxSplits: 1).map(String.init)
        return (String(lines[0].dropFirst(2)), lines[1])
    }

    private func outcome(_ count: Int) -> MessageOutcome {
        var outcome = MessageOutcome()
        outcome.new = count
        return outcome
    }

    @Test func thePythonSampleGoesOnBehindItsCheckpoint() async throws {
        let sample = try sample("python")
        let script = try Script(sample.body, interpreter: sample.interpreter)
        let client = """
            #!/bin/sh
            case $3 in
            0) printf '1\\t路灯不亮\\n2\\t井盖破损\\n' ;;
            2) printf '3\\t噪声\\n' ;;
            *) echo 'no such number' >&2; exit 1 ;;
            esac
            """
        try writeProgram(client, script.folder("desk-client"))
        let transport = try script.transport()
        try await transport.connect()
        let first = try #require(try await transport.next())
        #expect(lines(first) == [#"{"no":1,"text":"路灯不亮"}"#, #"{"no":2,"text":"井盖破损"}"#])
        #expect(first.checkpoint == "2")
        try await first.acknowledge(outcome(2))
        let second = try #require(try await transport.next())
        #expect(lines(second) == [#"{"no":3,"text":"噪声"}"#])
        try await second.acknowledge(outcome(1))
        let error = await #expect(throws: PluginError.self) { while try await transport.next() != nil {} }
        #expect(error?.reason.contains("the client failed: no such number") == true)
        await transport.close()
    }

    @Test func theShellSampleMovesAwayWhatWasStoredAndNothingBefore() async throws {
        let sample = try sample("sh")
        let script = try Script(sample.body, interpreter: sample.interpreter)
        let spool = script.folder("spool")
        try makeFolder(spool)
        try writeFile(Array("{\"n\": 1}\n{\"n\": 2}\n".utf8), spool + "/a.json")
        try writeFile(Array("{\"n\": 3}\n".utf8), spool + "/b.json")
        let transport = try script.transport([("every", "1h")], arguments: [spool])
        try await transport.connect()
        let first = try #require(try await transport.next())
        #expect(lines(first) == [#"{"n":1}"#, #"{"n":2}"#])
        #expect(names(in: spool) == ["a.json", "b.json", "done"])
        try await first.acknowledge(outcome(2))
        let second = try #require(try await transport.next())
        #expect(lines(second) == [#"{"n":3}"#])
        #expect(names(in: spool) == ["b.json", "done"])
        try await second.acknowledge(outcome(1))
        while names(in: spool) != ["done"] { try await Task.sleep(for: .milliseconds(5)) }
        #expect(names(in: spool + "/done") == ["a.json", "b.json"])
        await transport.close()
    }
}
