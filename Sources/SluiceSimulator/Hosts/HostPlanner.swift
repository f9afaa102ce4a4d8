internal import CurlKit
internal import Foundation
internal import ServerKit
internal import SluiceConfig
internal import SluiceSDK

/// Finds each channel its place on the servers that run, or what stands in for them.
struct HostPlanner {
    private(set) var places: [String: HostPlace] = [:]
    private(set) var standIns: [String] = []
    private var used: [String: [String]] = [:]
    /// Channels whose replies our own mail server takes.
    private var sinkChannels: [ChannelFile] = []
    private let servers: HostServers
    private let folder: String

    /// Keys that say how a host is reached and trusted, which is another one here.
    private static let trust: Set = ["tls", "ca", "allow", "known_hosts", "charset_names"]

    init(_ servers: HostServers, folder: String) {
        (self.servers, self.folder) = (servers, folder)
    }

    /// A line for each server.
    var serverLines: [String] {
        used.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.joined(separator: ", "))" }
    }

    /// - Throws: `ConfigIssue`, what the file system says.
    mutating func add(_ channel: ChannelFile) throws {
        var place = HostPlace()
        if let kind = HostKind(source: channel.source) {
            let found = try kind == .mailbox ? mailbox(channel) : files(kind, channel.source, "\(channel.id)/out")
            if let found {
                (place.source, place.inbox) = found
                note(kind, channel.id)
            } else {
                try standIn(for: kind, channel, &place)
            }
        }
        if let sender = channel.reply?.sender, let kind = HostKind(reply: sender) {
            try addReplies(kind, sender, channel, &place)
        }
        if place.source != nil || place.reply != nil { places[channel.id] = place }
    }

    private mutating func note(_ kind: HostKind, _ channel: String) {
        guard let server = servers.description(of: kind, channel: channel) else { return }
        if used[server]?.last != channel { used[server, default: []].append(channel) }
    }

    /// A box of the channel's own; whatever password it comes with will do.
    private func mailbox(_ channel: ChannelFile) throws -> (HostChange, DropFolder)? {
        guard let mail = servers.mail else { return nil }
        let config = channel.source.config
        let isPOP = try config.string("url").lowercased().hasPrefix("pop3")
        let box = isPOP ? "INBOX" : try config.optionalString("folder") ?? "INBOX"
        // A name that no file can have: a folder stands in.
        guard let path = try? mail.mail(of: channel.id, folder: box) else { return nil }
        let change = HostChange(
            keys: [
                .text("url", isPOP ? mail.pop3s : mail.imaps), .text("ca", mail.authority), .text("user", channel.id),
            ], dropped: Self.trust)
        return (change, DropFolder(path: path, isMaildir: true))
    }

    /// A folder of the channel's own on the file server.
    private func files(_ kind: HostKind, _ use: PluginUse, _ path: String) throws -> (HostChange, DropFolder)? {
        var change: HostChange
        let root: String
        if kind == .sftp, let sftp = servers.sftp {
            change = HostChange(
                keys: [
                    .text("url", "\(sftp.url)/\(path)"), .text("known_hosts", sftp.knownHosts),
                    .map("auth", sftp.login),
                ], dropped: Self.trust)
            root = sftp.files
        } else if let ftp = servers.ftp[kind] {
            // It takes any password of this user.
            change = HostChange(
                keys: [.text("url", "\(ftp.url)/\(path)")] + ftp.trust, auth: ftp.login, dropped: Self.trust)
            root = ftp.files
        } else {
            return nil
        }
        // From the root, which here is the machine's own.
        if try use.config.optionalString("moved_to")?.hasPrefix("/") == true { change.dropped?.insert("moved_to") }
        return (change, DropFolder(path: try Self.made("\(root)/\(path)")))
    }

    /// A folder with the same messages.
    private mutating func standIn(for kind: HostKind, _ channel: ChannelFile, _ place: inout HostPlace) throws {
        let isMaildir = kind == .mailbox
        let inbox = DropFolder(path: try Self.made("\(folder)/\(channel.id)/out"), isMaildir: isMaildir)
        if isMaildir { for sub in ["new", "cur", "tmp"] { _ = try Self.made("\(inbox.path)/\(sub)") } }
        let watched = isMaildir ? inbox.path + "/new" : inbox.path
        place.source = HostChange(
            type: "directory",
            keys: [
                .text("path", watched), .text("pattern", "*"), .text("after", "delete"), .text("order", "name"),
                .text("every", "1s"), .text("stable_for", "200ms"),
            ], dropped: nil)
        place.inbox = inbox
        let what = isMaildir ? "its mailbox" : "its remote host"
        let reason = servers.missing[kind] ?? "\(kind.label) has no place of that name"
        standIns.append("\(channel.id): a folder stands in for \(what); \(reason)")
    }

    private mutating func addReplies(
        _ kind: HostKind, _ sender: PluginUse, _ channel: ChannelFile, _ place: inout HostPlace
    ) throws {
        if kind == .smtp {
            guard let server = servers.smtp[channel.id] else {
                sinkChannels.append(channel)
                standIns.append(
                    "\(channel.id): the simulator's own mail server takes its replies; \(servers.missing[kind] ?? "")")
                return
            }
            note(kind, channel.id)
            place.reply = HostChange(
                keys: [.text("url", server.url), .text("ca", server.authority)], dropped: Self.trust)
            place.replies = ReplyBox(path: server.maildir + "/new", content: .letters)
        } else if let (change, folder) = try files(kind, sender, "\(channel.id)/in") {
            note(kind, channel.id)
            (place.reply, place.replies) = (change, ReplyBox(path: folder.path, content: .files))
        } else {
            let path = try Self.made("\(folder)/\(channel.id)/in")
            place.reply = HostChange(
                type: "directory", keys: [.text("path", path)],
                dropped: Set(FileServer.fields.map(\.name)).union(["timeout"]))
            place.replies = ReplyBox(path: path, content: .files)
            standIns.append("\(channel.id): a folder takes its replies; \(servers.missing[kind] ?? "")")
        }
    }

    /// - Throws: `ConfigIssue`, what the system says.
    mutating func startSinks(_ books: SimulatorBooks) async throws -> [MailSink] {
        var sinks: [MailSink] = []
        for channel in sinkChannels {
            let id = channel.id
            let sink = try await MailSink.start(account: try SMTPServer.Account(channel)) { letter in
                books.enter(reply: ReplyBox.id(ofLetter: letter), of: id)
            }
            sinks.append(sink)
            places[id, default: HostPlace()].reply = HostChange(
                keys: [.text("url", "smtp://127.0.0.1:\(sink.port)"), .text("tls", "none")],
                dropped: Self.trust.subtracting(["tls"]))
        }
        return sinks
    }

    private static func made(_ path: String) throws -> String {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }
}
