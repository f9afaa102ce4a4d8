public import SluiceConfig
public import SluiceSDK

/// The upstreams of a configuration's channels, made from the channels' own files and `samples/<channel>/upstream.yaml`.
public final class Simulator: Sendable {
    public struct Options: Sendable {
        public var seed: UInt64
        /// Matters that each channel brings in a second.
        public var rate: Double
        /// Errors, slowness, garbage, changed records, the same matter through several channels.
        public var misbehaves: Bool

        public init(seed: UInt64, rate: Double, misbehaves: Bool = false) {
            (self.seed, self.rate, self.misbehaves) = (seed, rate, misbehaves)
        }
    }

    public let books: SimulatorBooks
    /// Channels that have nobody to simulate them, with the reason.
    public let left: [(channel: String, reason: String)]
    public let channels: [String]
    /// Those whose replies the books know.
    public let replying: Set<String>
    /// Those that reply in a way that nobody here sees.
    public let repliesUnseen: [String]
    private let upstreams: [any SimulatedUpstream]

    /// - Parameters:
    ///   - channels: with their references filled in.
    ///   - hosts: mailboxes and remote hosts; without them such channels are left.
    ///   - books: those that `hosts` enters replies into.
    /// - Throws: `ConfigIssue`, `ConfigIssues`, `SelectorError` or `SimulatorError`: what stands in an `upstream.yaml`.
    public init(
        _ channels: [ChannelFile], configuration: LoadedConfiguration, options: Options,
        hosts: SimulatedHosts? = nil, books: SimulatorBooks = SimulatorBooks(),
        clock: @escaping @Sendable () -> Timestamp = { .now() }
    ) throws {
        self.books = books
        let zone = configuration.external?.timeZone ?? .shanghai
        let library = try Library(folder: configuration.folder, lookups: configuration.lookups)
        let shared = options.misbehaves ? SharedMatters() : nil
        var left: [(String, String)] = []
        var made: [any SimulatedUpstream] = []
        var (known, replying, unseen): ([String], Set<String>, [String]) = ([], [], [])
        for channel in channels where channel.isEnabled {
            guard UpstreamFile.isThere(channel.id, in: configuration.folder) else {
                left.append((channel.id, "samples/\(channel.id)/upstream.yaml is not there"))
                continue
            }
            let file = try UpstreamFile(channelID: channel.id, folder: configuration.folder)
            let parts = UpstreamParts(
                channelID: channel.id, writer: try MessageWriter(channel, file, zone: zone),
                matters: try MatterMaker(file, library: library, seed: options.seed, shared: shared, zone: zone),
                books: books,
                misbehaviour: Misbehaviour(isOn: options.misbehaves, seed: options.seed, name: channel.id),
                rate: options.rate, clock: clock)
            let place = hosts?.places[channel.id]
            guard let upstream = try Self.upstream(channel, parts, inbox: place?.inbox) else {
                left.append((channel.id, "transport '\(channel.source.type)' is not simulated"))
                continue
            }
            known.append(channel.id)
            made.append(upstream)
            guard channel.reply != nil else { continue }
            let desk = try Self.desk(channel, parts, place)
            if let desk { made.append(desk) }
            // Our own mail server enters into the books what it takes.
            if desk != nil || place?.reply != nil { replying.insert(channel.id) } else { unseen.append(channel.id) }
        }
        (upstreams, self.left, self.channels) = (made, left, known)
        (self.replying, repliesUnseen) = (replying, unseen)
    }

    private static func desk(
        _ channel: ChannelFile, _ parts: UpstreamParts, _ place: HostPlace?
    ) throws -> (any SimulatedUpstream)? {
        if let box = place?.replies { return FileReplyDesk(channel.id, parts.books, box) }
        switch channel.reply?.sender.type {
        case "http": return try ReplyDesk(channel, parts)
        case "exchange-table": return try TableReplyDesk(channel, parts)
        case "exec": return try ProgramReplyDesk(channel, parts)
        case "directory":
            let path = try channel.reply?.sender.config.path("path") ?? ""
            return FileReplyDesk(
                channel.id, parts.books, ReplyBox(path: path, content: .files, isEmptied: false))
        default: return nil
        }
    }

    private static func upstream(
        _ channel: ChannelFile, _ parts: UpstreamParts, inbox: DropFolder?
    ) throws -> (any SimulatedUpstream)? {
        if let inbox { return FolderUpstream(parts: parts, folder: inbox) }
        switch channel.source.type {
        case "http-push": return try PushUpstream(channel, parts)
        case "http-poll": return try PollUpstream(channel, parts)
        case "directory":
            return FolderUpstream(parts: parts, folder: DropFolder(path: try channel.source.config.path("path")))
        case "exchange-table": return try TableUpstream(channel, parts)
        // By agreement the last word of the command is the folder that the program reads.
        case "exec":
            return try channel.source.config.strings("command").last.flatMap { path in
                path.hasPrefix("/") ? FolderUpstream(parts: parts, folder: DropFolder(path: path)) : nil
            }
        default: return nil
        }
    }

    /// Answers what is asked of the upstreams from now on.
    public func attach(to server: SimulatorServer) { server.serve(upstreams) }

    /// Makes what in life is there before a gateway is: the tables that rows are taken from and replies are written to.
    /// - Throws: what the database says.
    public func prepare() async throws {
        for upstream in upstreams { try await upstream.prepare() }
    }

    /// Offers matters until its task is cancelled.
    /// - Parameter gateway: `http://127.0.0.1:8080`.
    public func offer(to gateway: String) async {
        await withTaskGroup(of: Void.self) { group in
            for upstream in upstreams { group.addTask { await upstream.offer(to: gateway) } }
        }
    }

    /// Enters what has arrived in tables and folders into the books.
    public func readReplies() async {
        for upstream in upstreams { await upstream.readReplies() }
    }

    /// Those who are asked have nothing new from now on.
    public func fallSilent() {
        for upstream in upstreams { upstream.fallSilent() }
    }
}
