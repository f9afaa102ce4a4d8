import ExecTransport
import Foundation
import Glibc
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

@Suite struct ExecConformanceTests {
    @Test(arguments: ConformanceCase.allCases)
    func conforms(_ scenario: ConformanceCase) async throws {
        try await TransportConformance.run(scenario) { try ScriptBench() }
    }
}

/// A file of lines, and a program that prints those behind its checkpoint and ends.
final class ScriptBench: TransportBench {
    static let exempt: [ConformanceCase: String] = [:]
    static let overLimit = OverLimit.refused("exec.message-size")

    private let script: Script
    private let count = Mutex(0)

    init() throws {
        script = try Script(
            #"""
            import json, os, sys
            folder = os.path.dirname(os.path.abspath(__file__))
            done = int(os.environ.get("SLUICE_CHECKPOINT", "0"))
            lines = open(folder + "/upstream").read().splitlines()
            broken = os.path.exists(folder + "/broken")
            for number, line in enumerate(lines[done:], done + 1):
                text = json.dumps({"record": {"text": line}}) + "\n" + json.dumps({"checkpoint": str(number)}) + "\n"
                if broken:
                    open(folder + "/broken", "a").write("x")
                    sys.stdout.write(text[:40])
                    sys.stdout.flush()
                    os._exit(3)
                sys.stdout.write(text)
                sys.stdout.flush()
            """#, interpreter: "/usr/bin/python3")
        try writeFile([], script.folder("upstream"))
    }

    func transport(_ context: ChannelContext) throws -> any Transport {
        let one = ConfigLiteral(integerLiteral: 1)
        return try ExecTransport(script.config([("batch", one)]), context: context)
    }

    func put(_ text: String) throws {
        let path = script.folder("upstream")
        let source = names(in: script.folder.path).contains("upstream") ? path : path + ".away"
        // Whole or not at all: the program may be reading.
        try writeFile(try readFile(source) + Array((text + "\n").utf8), source + ".new")
        guard rename(source + ".new", source) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    func cut() throws { try move(script.folder("upstream"), to: script.folder("upstream.away")) }

    func restore() throws {
        if names(in: script.folder.path).contains("broken") { return try remove(script.folder("broken")) }
        try move(script.folder("upstream.away"), to: script.folder("upstream"))
    }

    func breakOff() throws { try writeFile([], script.folder("broken")) }
    /// The program notes there that it broke off.
    func breaks() -> Int { (try? readFile(script.folder("broken")).count) ?? 0 }
}
