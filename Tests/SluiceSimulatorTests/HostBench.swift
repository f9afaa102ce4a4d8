import CSVFormat
import DirectorySender
import DirectoryTransport
import EmailFormat
import Foundation
import JSONFormat
import MailSender
import MailboxTransport
import RemoteFilesSender
import RemoteFilesTransport
import SluiceConfig
import SluiceSDK
import SluiceTesting

@testable import SluiceSimulator

/// Channels of every kind that needs a host, and the simulator that plays their upstreams.
final class HostBench: Sendable {
    static let channels = [
        "hotline-imap", "hotline-pop3", "hotline-sftp", "hotline-ftp", "hotline-plain", "hotline-drop",
    ]

    let hosts: SimulatedHosts
    let simulator: Simulator
    let configuration: LoadedConfiguration
    private let folder: TemporaryFolder

    /// - Parameter leftOut: servers that are not there.
    init(leftOut: Set<HostKind> = []) async throws {
        let folder = TemporaryFolder()
        self.folder = folder
        for sub in ["replies", "inbox"] { try makeFolder(folder(sub)) }
        for (name, text) in Self.files(folder) {
            let path = folder("config/" + name)
            try makeFolder((path as NSString).deletingLastPathComponent)
            try writeFile(Array(text.utf8), path)
        }
        configuration = ConfigFolder.load(
            folder("config"), specs: Self.specs, environment: ["PASSWORD": "secret"], zones: [.external])
        let books = SimulatorBooks()
        hosts = try await SimulatedHosts.start(
            for: configuration.goodChannels, folder: folder("hosts"), books: books, leftOut: leftOut)
        simulator = try Simulator(
            configuration.goodChannels, configuration: configuration, options: .init(seed: 1, rate: 50), hosts: hosts,
            books: books)
    }

    /// The channel as a gateway runs it that was led to the simulated hosts.
    func channel(_ id: String) throws -> ChannelFile {
        guard var channel = configuration.goodChannels.first(where: { $0.id == id }) else {
            throw SimulatorError("simulator.test", "\(id): \(configuration.errors)")
        }
        if let change = hosts.places[id]?.source { channel.source = change.applied(to: channel.source) }
        if let change = hosts.places[id]?.reply, let sender = channel.reply?.sender {
            channel.reply?.sender = change.applied(to: sender)
        }
        return channel
    }

    func transport(_ id: String) throws -> any Transport {
        let channel = try channel(id)
        let context = ChannelContext(channelID: id)
        return switch channel.source.type {
        case "mailbox": try MailboxTransport(channel.source.config, context: context)
        case "remote-files": try RemoteFilesTransport(channel.source.config, context: context)
        default: try DirectoryTransport(channel.source.config, context: context)
        }
    }

    func sender(_ id: String) throws -> any ReplySender {
        let channel = try channel(id)
        let context = ChannelContext(channelID: id)
        guard let use = channel.reply?.sender else { throw SimulatorError("simulator.test", "\(id) has no replies") }
        return switch use.type {
        case "mail": try MailReplySender(use.config, context: context)
        case "remote-files": try RemoteFilesReplySender(use.config, context: context)
        default: try DirectoryReplySender(use.config, context: context)
        }
    }

    /// Arrived, and arrived again.
    func replies(_ id: String) async -> [Int] {
        await simulator.readReplies()
        let line = simulator.books.line(id)
        return [line.replies.count, line.repeatedReplies]
    }

    private static let specs = PluginSpecs(
        transports: [MailboxTransport.spec, RemoteFilesTransport.spec, DirectoryTransport.spec],
        formats: [EmailFormat.spec, CSVFormat.spec, JSONFormat.spec],
        replySenders: [MailReplySender.spec, RemoteFilesReplySender.spec, DirectoryReplySender.spec])

    private static func files(_ folder: TemporaryFolder) -> [String: String] {
        let keys = "password: \"${env:PASSWORD}\", every: 50ms"
        let login = "auth: { type: password, user: zaozhuang, password: \"${env:PASSWORD}\" }"
        let body = "body: { text: \"{reply.public_text}\" }"
        var files = [
            "samples/phrases.yaml":
                "city:\n  - { kind: 求助, category: 城市管理/市政设施/路灯, title: 路灯不亮, text: \"{place}的路灯已有{days}天不亮。\" }\n",
            "rules/towns.yaml": "中心街街道: \"370402001\"\n",
            "rules/divisions.yaml": "市中区: \"370402\"\n\"370402\": \"370402\"\n",
            // What both ends of a family have in common.
            "profiles/files.yaml": "source: { type: remote-files, known_hosts: keys/none, \(login) }\n",
        ]
        func add(_ id: String, _ source: String, _ format: String, _ reply: String, _ more: String = "") {
            let isMail = format.contains("email")
            files["hotlines/\(id).yaml"] = """
                id: \(id)
                name: test
                class: hotline
                level: municipal
                authority: test
                \(more)
                source: \(source)
                format: \(format)
                ticket:
                  external_id: \(isMail ? "message_id" : "no")
                  request_type: { const: help }
                  description: \(isMail ? "body.text" : "text")
                  requested_datetime: { const: "2026-01-05T09:00:00+08:00", date: rfc3339 }
                reply: \(reply)

                """
            files["samples/\(id)/upstream.yaml"] =
                isMail
                ? "topics: [city]\nnumber: \"T{sequence}\"\nrecord: { subject: \"{title}\", body: \"{text}\" }\n"
                : "topics: [city]\nnumber: \"T{sequence}\"\nfile: \"a{sequence}.csv\"\nrecord: { no: \"{number}\", text: \"{text}\" }\n"
        }
        add(
            "hotline-imap",
            "{ type: mailbox, url: \"imaps://127.0.0.1:9\", user: a@example.org, folder: 网民来信, \(keys) }",
            "{ type: email }",
            "{ type: mail, url: \"smtps://127.0.0.1:9\", user: a@example.org, password: \"${env:PASSWORD}\", from: a@example.org }"
        )
        add(
            "hotline-pop3",
            "{ type: mailbox, url: \"pop3s://127.0.0.1:9\", user: a@example.org, after: delete, \(keys) }",
            "{ type: email }", "{ type: none }")
        add(
            "hotline-sftp",
            "{ url: \"sftp://127.0.0.1:9/out\", pattern: \"a*.csv\", every: 50ms, stable_for: 0s, moved_to: /archive }",
            "{ type: csv }",
            "{ type: remote-files, url: \"sftp://127.0.0.1:9/in\", known_hosts: keys/none, \(login), charset: gb18030, \(body) }",
            "extends: files")
        add(
            "hotline-ftp",
            "{ type: remote-files, url: \"ftps://127.0.0.1:9/out\", every: 50ms, stable_for: 0s, after: delete, \(login) }",
            "{ type: csv }",
            "{ type: remote-files, url: \"ftp://127.0.0.1:9/in\", tls: explicit, \(login), \(body) }")
        add(
            "hotline-plain",
            "{ type: remote-files, url: \"ftp://127.0.0.1:9/out\", every: 50ms, stable_for: 0s, after: delete, \(login) }",
            "{ type: csv }", "{ type: none }")
        add(
            "hotline-drop", "{ type: directory, path: \(folder("inbox")) }", "{ type: csv }",
            "{ type: directory, path: \(folder("replies")), \(body) }")
        return files
    }
}
