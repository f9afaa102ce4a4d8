import Foundation
import SluiceSDK
import SluiceTesting
import Testing

@testable import RemoteFilesTransport

/// Servers that are not who they should be, do not let us in, or do not do what they should.
@Suite struct RefusedServerTests {
    private func trouble(_ transport: RemoteFilesTransport) async -> PluginError? {
        await #expect(throws: PluginError.self) {
            try await transport.connect()
            _ = try await transport.next()
        }
    }

    @Test func anotherHostKeyIsRefused() async throws {
        let (bench, other) = (try await RemoteBench(.sftp), TemporaryFolder())
        try bench.put("a.csv", "1")
        try await Sshd.makeKey(other("key"))
        let port = try #require(bench.base.first { $0.0 == "url" }?.1.value.text?.split(separator: "/")[1])
        let key = String(decoding: try readFile(other("key.pub")), as: UTF8.self).split(separator: " ")
        let number = port.split(separator: ":")[1]
        try writeFile(Array("[127.0.0.1]:\(number) \(key[0]) \(key[1])\n".utf8), other("wrong"))
        try writeFile([], other("empty"))
        for file in ["wrong", "empty"] {
            let error = await trouble(try bench.channel([("known_hosts", .text(other(file)))]))
            #expect(error?.code == "remote-files.host-key")
            #expect(error?.reason.contains("fingerprint") == true)
        }
    }

    @Test func sftpWithoutKnownHostsSaysHowToGetThem() throws {
        let config: ConfigLiteral = [
            "url": "sftp://files.example.org/out", "auth": ["type": "password", "user": "a", "password": "b"],
        ]
        let issue = #expect(throws: ConfigIssue.self) {
            try RemoteFilesTransport(
                Config(config, spec: RemoteFilesTransport.spec.config), context: ChannelContext(channelID: "a"))
        }
        #expect(issue?.rule == "files.known-hosts")
        #expect(issue?.hint?.contains("ssh-keyscan files.example.org") == true)
    }

    @Test func refusedLogInIsSaidAndNotTriedAgainSoon() async throws {
        let other = TemporaryFolder()
        try await Sshd.makeKey(other("key"))
        let sftp = try await RemoteBench(.sftp)
        let user = String(cString: getpwuid(getuid()).pointee.pw_name)
        let key: ConfigLiteral = ["type": "key", "user": .text(user), "key": .text(other("key"))]
        let ftp = try await RemoteBench(.ftp)
        let password: ConfigLiteral = [
            "type": "password", "user": .text(Vsftpd.user), "password": .text(Vsftpd.refusedPassword),
        ]
        for transport in [try sftp.channel([("auth", key)]), try ftp.channel([("auth", password)])] {
            let error = await trouble(transport)
            #expect(error?.code == "remote-files.login")
            #expect(error?.remedy == .retry(after: .seconds(600)))
        }
    }

    @Test(arguments: [RemoteBench.Kind.ftpsExplicit, .ftpsImplicit])
    func certificateOfNobodyWeTrustIsRefused(kind: RemoteBench.Kind) async throws {
        let stranger = try TestCertificates()
        let bench = try await RemoteBench(kind)
        let error = await trouble(try bench.channel([("ca", .text(stranger.authority))]))
        #expect(error?.code == "remote-files.tls")
    }

    @Test func serverThatDoesNotTurnToTLSGetsNoPassword() async throws {
        let bench = try await RemoteBench(.ftp)
        let error = await trouble(try bench.channel([("tls", "explicit")]))
        #expect(error?.code == "remote-files.tls")
    }

    @Test(arguments: [RemoteBench.Kind.sftp, .ftp])
    func missingFolderIsSaid(kind: RemoteBench.Kind) async throws {
        let bench = try await RemoteBench(kind)
        let url = try #require(bench.base.first { $0.0 == "url" }?.1.value.text)
        let error = await trouble(try bench.channel([("url", .text(url + "/none"))]))
        #expect(error?.code == "remote-files.missing")
        #expect(error?.remedy == .notConnected)
    }

    @Test func serverThatHangsIsLeftAfterTheChannelsTime() async throws {
        // It takes connections and never says a word.
        let python = ServerProgram("python3", package: "python3")
        let silent = try await RealServer.start(python) { place in
            [
                "-c",
                "import socket; s=socket.create_server(('127.0.0.1',\(place.port)))\nh=[]\nwhile 1: h.append(s.accept())",
            ]
        }
        var limits = ChannelLimits()
        limits.time = .milliseconds(300)
        let config: ConfigLiteral = [
            "url": .text("ftp://127.0.0.1:\(silent.port)/"),
            "auth": ["type": "password", "user": "a", "password": "b"],
        ]
        let transport = try RemoteFilesTransport(
            Config(config, spec: RemoteFilesTransport.spec.config),
            context: ChannelContext(channelID: "a", limits: limits))
        let error = await trouble(transport)
        #expect(error?.code == "remote-files.timeout")
    }

    @Test(arguments: [
        ("http://files.example.org/out", "files.url"), ("sftp://user:secret@files.example.org/", "files.url"),
        ("ftp://files.example.org/a%0Ab", "files.url"), ("ftp://files.example.org/a%zz", "files.url"),
        ("files.example.org", "files.url"),
    ]) func addressesThatAreNone(url: String, rule: String) {
        let config: ConfigLiteral = [
            "url": .text(url), "auth": ["type": "password", "user": "a", "password": "b"], "known_hosts": "k",
        ]
        let issue = #expect(throws: ConfigIssue.self) {
            try RemoteFilesTransport(
                Config(config, spec: RemoteFilesTransport.spec.config), context: ChannelContext(channelID: "a"))
        }
        #expect(issue?.rule == rule)
    }

    @Test(arguments: ["../x", "a/b", "/", "."]) func targetsThatAreNone(folder: String) {
        let config: ConfigLiteral = [
            "url": "ftp://files.example.org/", "auth": ["type": "password", "user": "a", "password": "b"],
            "moved_to": .text(folder),
        ]
        let issue = #expect(throws: ConfigIssue.self) {
            try RemoteFilesTransport(
                Config(config, spec: RemoteFilesTransport.spec.config), context: ChannelContext(channelID: "a"))
        }
        #expect(issue?.rule == "remote-files.moved-to")
    }
}
