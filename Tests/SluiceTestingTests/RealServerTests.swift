import Glibc
import SluiceTesting
import Testing

@Suite struct RealServerTests {
    private static let shell = ServerProgram("sh", package: "dash")
    private static let python = ServerProgram("python3", package: "python3")

    /// A server that needs nothing but Python: it serves its folder, from a child process of its own.
    private func http(_ place: RealServer.Place) -> [String] {
        let program = [
            "import os, http.server as web", "child = os.fork()", "if child: os.waitpid(child, 0)", "os.setsid()",
            "web.test(web.SimpleHTTPRequestHandler, port=\(place.port), bind='127.0.0.1')",
        ].joined(separator: "\n")
        return ["-c", program]
    }

    @Test func missingProgramNamesThePackageToInstall() async {
        let missing = ServerProgram("no-such-server", package: "no-such-package")
        let error = await #expect(throws: ServerMissing.self) {
            try await RealServer.start(missing) { _ in [] }
        }
        #expect(error?.description.contains("apt-get install --no-install-recommends no-such-package") == true)
    }

    @Test func programThatEndsIsToldWithWhatItSaid() async {
        let error = await #expect(throws: ServerFailed.self) {
            try await RealServer.start(Self.shell) { _ in ["-c", "echo bad configuration >&2; exit 3"] }
        }
        #expect(error?.log.contains("bad configuration") == true)
        #expect(error?.reason.contains("exited(3)") == true)
    }

    @Test func takenPortIsTriedAgainWithAnother() async throws {
        let attempts = Counter()
        let server = try await RealServer.start(Self.python) { place in
            attempts.add() == 1 ? ["-c", "raise OSError('Address already in use')"] : http(place)
        }
        #expect(attempts.value == 2)
        #expect(FreePortProbe.answers(server.port))
    }

    @Test func everythingThatItStartedEndsWithIt() async throws {
        let server = try await RealServer.start(Self.python, http)
        let port = server.port
        #expect(FreePortProbe.answers(port))
        server.stop()
        #expect(!FreePortProbe.answers(port))
        // And comes back on the same port.
        try await server.start()
        #expect(FreePortProbe.answers(port))
    }

    @Test func cancelledStartLeavesNothingRunning() async throws {
        let ports = Counter()
        let starting = Task {
            try await RealServer.start(Self.python, greeting: "words that never come") { place in
                ports.set(place.port)
                return http(place)
            }
        }
        while ports.value == 0 || !FreePortProbe.answers(ports.value) { try await Task.sleep(for: .milliseconds(5)) }
        starting.cancel()
        await #expect(throws: CancellationError.self) { try await starting.value }
        #expect(!FreePortProbe.answers(ports.value))
    }

    @Test func sshdAnswersAndIsGoneAfterwards() async throws {
        var sshd: Sshd? = try await Sshd()
        let port = try #require(sshd).port
        #expect(try String(decoding: readFile(#require(sshd).knownHosts), as: UTF8.self).contains("ssh-ed25519"))
        sshd = nil
        #expect(!FreePortProbe.answers(port))
    }

    @Test(arguments: [Vsftpd.TLS.none, .explicit, .implicit]) func vsftpdAnswers(tls: Vsftpd.TLS) async throws {
        let vsftpd = try await Vsftpd(tls)
        #expect(FreePortProbe.answers(vsftpd.port))
        vsftpd.server.stop()
        #expect(!FreePortProbe.answers(vsftpd.port))
    }
}
