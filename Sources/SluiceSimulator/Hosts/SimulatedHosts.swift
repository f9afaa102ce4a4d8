internal import Foundation
internal import ServerKit
public import SluiceConfig
internal import SluiceSDK

/// The mailboxes, remote hosts and mail relays of the simulated upstreams: real servers on loopback where they are
/// installed. Where they are not, a folder with messages of the same format stands in, and a small mail server of our own
/// takes replies.
public final class SimulatedHosts: Sendable {
    /// By channel; the channels that need none of it are not here.
    public let places: [String: HostPlace]
    /// Servers at work, a line each: where they are, and for which channels.
    public let servers: [String]
    /// Channels that do without a server, a line each, with the reason.
    public let standIns: [String]
    private let running: HostServers
    private let sinks: [MailSink]

    /// Starts what these channels need.
    /// - Parameters:
    ///   - folder: where folders that stand in are made.
    ///   - books: what our own mail server enters replies into.
    /// - Throws: `CancellationError`, `ConfigIssue`, what the file system says.
    public static func start(
        for channels: [ChannelFile], folder: String, books: SimulatorBooks
    ) async throws -> SimulatedHosts {
        try await start(for: channels, folder: folder, books: books, leftOut: [])
    }

    static func start(
        for channels: [ChannelFile], folder: String, books: SimulatorBooks, leftOut: Set<HostKind>
    ) async throws -> SimulatedHosts {
        var needs: [HostKind: [ChannelFile]] = [:]
        for channel in channels where channel.isEnabled {
            for kind in kinds(of: channel) { needs[kind, default: []].append(channel) }
        }
        let running = try await HostServers.start(needs, leftOut: leftOut)
        var planner = HostPlanner(running, folder: folder)
        do {
            for channel in channels where channel.isEnabled { try planner.add(channel) }
            let sinks = try await planner.startSinks(books)
            return SimulatedHosts(planner, running, sinks)
        } catch {
            await OffPool.run { running.end() }
            throw error
        }
    }

    private init(_ planner: HostPlanner, _ running: HostServers, _ sinks: [MailSink]) {
        (places, servers, standIns) = (planner.places, planner.serverLines, planner.standIns)
        (self.running, self.sinks) = (running, sinks)
    }

    deinit { running.end() }

    /// Ends the servers and takes their folders away.
    public func end() async {
        for sink in sinks { await sink.end() }
        await OffPool.run { [running] in running.end() }
    }

    private static func kinds(of channel: ChannelFile) -> Set<HostKind> {
        let kinds = [HostKind(source: channel.source), channel.reply.flatMap { HostKind(reply: $0.sender) }]
        return Set(kinds.compactMap { $0 })
    }
}
