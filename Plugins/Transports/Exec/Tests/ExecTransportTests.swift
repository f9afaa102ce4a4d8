import ExecTransport
import SluiceSDK
import SluiceTesting
import Testing
import Synchronization

/// What a program does, and what comes of it.
@Suite struct ExecTransportTests {
    private func outcome() -> MessageOutcome {
        var outcome = MessageOutcome()
        outcome.new = 1
        return outcome
    }

    private func failure(_ transport: ExecTransport) async -> PluginError? {
        do {
            while let message = try await transport.next() { try await message.acknowledge(outcome()) }
            return nil
        } catch {
            return error as? PluginError
        }
    }

    @Test func recordsTravelTogetherWithTheirCheckpoint() async throws {
        let script = try Script(
            #"""
            echo '{"record": {"id": 1, "text": "中文"}}'
            echo '{"record": {"id": 2}}
            {"checkpoint": {"page": 7}}'
            """#)
        let transport = try script.transport()
        try await transport.connect()
        let message = try #require(try await transport.next())
        #expect(lines(message) == [#"{"id":1,"text":"中文"}"#, #"{"id":2}"#])
        #expect(message.checkpoint == #"{"page":7}"#)
        #expect(message.message.origin == "collect")
        await transport.close()
    }

    @Test func theCheckpointComesBackInBothWaysAndStoredRecordsAreTold() async throws {
        let script = try Script(
            #"""
            read -r start
            printf '{"record": {"start": %s, "variable": "%s"}}\n' "$start" "$SLUICE_CHECKPOINT"
            read -r stored
            printf '{"record": {"stored": %s}}\n' "$stored"
            """#)
        let transport = try script.transport(checkpoint: "p-17")
        try await transport.connect()
        let first = try #require(try await transport.next())
        #expect(
            lines(first) == [#"{"start":{"start":{"channel":"exec","checkpoint":"p-17"}},"variable":"p-17"}"#])
        try await first.acknowledge(outcome())
        let second = try #require(try await transport.next())
        #expect(lines(second) == [#"{"stored":{"ack":1}}"#])
        await transport.close()
    }

    @Test func aProgramThatEndsWellIsStartedAgainBehindItsCheckpoint() async throws {
        let script = try Script(
            #"""
            n=$(( ${SLUICE_CHECKPOINT:-0} + 1 ))
            printf '{"record": {"n": %s}}\n{"checkpoint": "%s"}\n' $n $n
            """#)
        let transport = try script.transport()
        try await transport.connect()
        for number in 1...3 {
            let message = try #require(try await transport.next())
            #expect(lines(message) == [#"{"n":\#(number)}"#])
            try await message.acknowledge(outcome())
        }
        await transport.close()
    }

    @Test func aProgramThatFailsSaysWithWhatAndItsLastWords() async throws {
        let script = try Script(#"echo '{"record": 1}'; echo 'ERROR: no route to the upstream' >&2; exit 7"#)
        let transport = try script.transport()
        try await transport.connect()
        #expect(lines(try #require(try await transport.next())) == ["1"])
        let error = await failure(transport)
        #expect(error?.code == "exec.exit" && error?.remedy == .notConnected)
        #expect(error?.reason == "collect ended with 7; it said last: no route to the upstream")
        #expect(script.said.lines.withLock { $0 } == ["error no route to the upstream"])
        await transport.close()
    }

    @Test func aProgramThatHangsIsEnded() async throws {
        let script = try Script("sleep 98761")
        let transport = try script.transport([("silence", "100ms")])
        try await transport.connect()
        let error = await failure(transport)
        #expect(error?.code == "exec.silent" && error?.remedy == .notConnected)
        #expect(processes(with: "98761").isEmpty)
        await transport.close()
    }

    /// Nothing is read while a message is in hand, so it waits at a full pipe.
    @Test func aProgramThatFloodsWaits() async throws {
        let script = try Script(
            #"""
            import sys, os
            # Two messages that lie in the pipe at once: no pause of this program can cut them short.
            os.write(1, b'{"record": 1}\n' * 400)
            line = '{"record": {"text": "' + "x" * 1000 + '"}}\n'
            n = 0
            while True:
                sys.stdout.write(line)
                n += 1
                if n % 10 == 0:
                    sys.stdout.flush()
                    open(os.path.dirname(os.path.abspath(__file__)) + "/count", "w").write(str(n))
            """#, interpreter: "/usr/bin/python3")
        let transport = try script.transport()
        try await transport.connect()
        let message = try #require(try await transport.next())
        #expect(lines(message).count == 200)
        // It stands still: what it has printed fits into the pipe and what was read with the message.
        var (before, same) = ("", 0)
        while same < 20 {
            let now = (try? readFile(script.folder("count"))).map { String(decoding: $0, as: UTF8.self) } ?? ""
            same = !now.isEmpty && now == before ? same + 1 : 0
            before = now
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect((Int(before) ?? .max) < 3_000)
        try await message.acknowledge(outcome())
        #expect(lines(try #require(try await transport.next())).count == 200)
        await transport.close()
        #expect(processes(with: script.path).isEmpty)
    }

    @Test func garbageIsKeptAsRejectsAndTooMuchOfItEndsTheProgram() async throws {
        let script = try Script(
            #"echo hello; echo '{"record": 1}'; echo '{"other": 1}'; i=0; while [ $i -lt 30 ]; do echo "bad $i"; i=$((i+1)); done; sleep 60"#
        )
        let transport = try script.transport()
        try await transport.connect()
        let first = try #require(try await transport.next())
        #expect(first.refusal?.code == "exec.line" && lines(first) == ["hello"])
        #expect(first.refusal?.reason.contains("line 1") == true)
        #expect(lines(try #require(try await transport.next())) == ["1"])
        #expect(try await transport.next()?.refusal?.reason.contains("line 3") == true)
        #expect(await failure(transport)?.code == "exec.garbage")
        await transport.close()
    }

    @Test func aLineOverTheLimitIsRefusedAndTheNextComes() async throws {
        let script = try Script(
            #"""
            print('{"record": {"text": "' + "x" * 100000 + '"}}')
            print('{"record": 2}')
            """#, interpreter: "/usr/bin/python3")
        var limits = ChannelLimits()
        limits.record = 1000
        let transport = try script.transport(limits: limits)
        try await transport.connect()
        let large = try #require(try await transport.next())
        #expect(large.refusal?.code == "exec.line-size")
        #expect(large.message.bytes.count <= 3000)
        #expect(lines(try #require(try await transport.next())) == ["2"])
        await transport.close()
    }

    @Test func aLineWithoutEndIsGivenUpInLittleMemory() async throws {
        let script = try Script("exec tr '\\0' x < /dev/zero")
        let transport = try script.transport()
        try await transport.connect()
        #expect(try await transport.next()?.refusal?.code == "exec.line-size")
        let error = await failure(transport)
        #expect(error?.code == "exec.flood")
        await transport.close()
    }

    /// Children, grandchildren, and one that leaves the session.
    @Test func aProgramThatForksLeavesNobodyBehind() async throws {
        let script = try Script(
            #"""
            sleep 87651 &
            (sleep 87652 & sleep 87653) &
            setsid sh -c 'touch ready; sleep 87656; :' 87654 &
            while [ ! -e ready ]; do :; done
            echo '{"record": 1}'
            sleep 87655
            """#)
        let transport = try script.transport()
        try await transport.connect()
        #expect(try await transport.next() != nil)
        #expect(!processes(with: "87654").isEmpty)
        await transport.close()
        #expect(processes(with: "87651", "87652", "87653", "87654", "87655", "87656").isEmpty)
    }

    /// What it leaves behind holds the pipe; the channel goes on all the same.
    @Test func aProgramThatEndsAndLeavesAChildBehindHasEnded() async throws {
        let script = try Script("sleep 76541 & echo '{\"record\": 1}'; exit 4")
        let transport = try script.transport()
        try await transport.connect()
        #expect(try await transport.next() != nil)
        #expect(await failure(transport)?.code == "exec.exit")
        #expect(processes(with: "76541").isEmpty)
        await transport.close()
    }

    @Test func memoryHasALimit() async throws {
        let script = try Script(
            "x = bytearray(400 * 1024 * 1024)\nprint('{\"record\": 1}')", interpreter: "/usr/bin/python3")
        let small = try script.transport([("memory", "200MiB")])
        try await small.connect()
        let error = await failure(small)
        #expect(error?.code == "exec.exit" && error?.reason.contains("MemoryError") == true)
        await small.close()
        let large = try script.transport([("memory", "1GiB")])
        try await large.connect()
        #expect(try await large.next() != nil)
        await large.close()
    }

    @Test func itsEnvironmentIsCleanAndItsFilesAreItsOwn() async throws {
        let script = try Script(
            #"""
            import json, os
            names = sorted(n for n in os.environ if n not in ("SLUICE_RUN", "PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"))
            files = [f for f in os.listdir("/proc/self/fd") if int(f) > 2]
            print(json.dumps({"record": {"names": names, "token": os.environ["TOKEN"], "files": len(files),
                "folder": os.getcwd() == os.path.dirname(os.path.abspath(__file__))}}))
            """#, interpreter: "/usr/bin/python3")
        let variables = ConfigValue(.map([ConfigEntry(key: "TOKEN", value: ConfigValue("s3"))]))
        let transport = try script.transport([("environment", ConfigLiteral(variables))])
        try await transport.connect()
        // The folder that is being listed is open too, and nothing else.
        #expect(
            lines(try #require(try await transport.next())) == [
                #"{"names":["LANG","PATH","SLUICE_CHANNEL","TOKEN"],"token":"s3","files":1,"folder":true}"#
            ])
        await transport.close()
    }

    @Test func standardErrorIsTheLogWithLevelsAndBounds() async throws {
        let script = try Script(
            #"""
            printf 'debug: a\n[WARNING] b\n<3>c\nplain\n' >&2
            echo '{"log": {"level": "error", "message": "d"}}'
            i=0; while [ $i -lt 5000 ]; do echo "line $i" >&2; i=$((i+1)); done
            echo '{"record": 1}'
            """#)
        let transport = try script.transport([("every", "1h")])
        try await transport.connect()
        #expect(try await transport.next() != nil)
        let waiting = Task { try await transport.next() }
        while !script.said.lines.withLock({ $0.contains("error d") && $0.count >= 101 }) { await Task.yield() }
        waiting.cancel()
        _ = try? await waiting.value
        let said = script.said.lines.withLock { $0 }
        #expect(said.filter { $0 != "error d" }.prefix(4) == ["debug a", "warning b", "error c", "info plain"])
        // A hundred in a window of time, and the one that came by the other way.
        #expect(said.count < 5_000)
        await transport.close()
    }

    @Test func onlyProgramsOnTheListRun() throws {
        let script = try Script("exit 0")
        let command = ConfigValue(.list([ConfigValue("/usr/bin/env")]))
        let issue = #expect(throws: ConfigIssue.self) {
            try ExecTransport(
                script.config([("command", ConfigLiteral(command))]), context: ChannelContext(channelID: "a"))
        }
        #expect(issue?.rule == "exec.not-allowed")
        for name in ["LD_PRELOAD", "PATH", "SLUICE_RUN", "a b"] {
            let variables = ConfigValue(.map([ConfigEntry(key: name, value: ConfigValue("x"))]))
            #expect(throws: ConfigIssue.self) { try script.transport([("environment", ConfigLiteral(variables))]) }
        }
    }

    @Test func aProgramThatEverybodyMayWriteIsNotRun() async throws {
        let script = try Script("exit 0")
        try setMode(0o777, of: script.path)
        let transport = try script.transport()
        let error = await #expect(throws: PluginError.self) { try await transport.connect() }
        #expect(error?.code == "exec.writable" && error?.remedy == .misconfigured)
        try remove(script.path)
        let missing = await #expect(throws: PluginError.self) { try await transport.connect() }
        #expect(missing?.code == "exec.missing" && missing?.remedy == .notConnected)
    }
}
