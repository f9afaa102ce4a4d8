import ArgumentParser
import SluiceConfig
import SluiceExternal
import SluiceSDK
import SluiceStore

struct ChannelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channels", abstract: "The channels: what runs, what is ill and why.",
        subcommands: [List.self, Show.self, Pause.self, Resume.self, Backfill.self, New.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One line for each channel.")

        @OptionGroup var options: SharedOptions

        func run() async throws {
            let overview = try await ChannelOverview(options)
            if options.format == .json { return print(overview.json()) }
            var table = Table([
                "channel", "state", ">new", ">revised", ">absorbed", ">rejected", ">refused", "last message",
                "last error",
            ])
            for line in overview.lines {
                table.add(
                    [line.id, line.state]
                        + ["new", "revised", "absorbed", "rejected", "refused"].map { String(line.counts[$0] ?? 0) }
                        + [Timestamps.text(line.lastMessageAt), line.lastError?.shortened(to: 60) ?? ""])
            }
            print(table.text)
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Everything known of one channel.")

        @OptionGroup var options: SharedOptions
        @Argument(help: "The channel.") var channel: String

        func run() async throws {
            let overview = try await ChannelOverview(options)
            guard let line = overview.lines.first(where: { $0.id == channel }) else {
                throw CommandFailure("there is no channel '\(channel)'")
            }
            if options.format == .json { return print(line.json()) }
            let counts = line.counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            let rows = [
                ("channel", line.id), ("name", line.name), ("file", line.path), ("source", line.source),
                ("state", line.state),
                ("since", Timestamps.text(line.since)), ("new version", line.note ?? "-"),
                ("detail", line.detail ?? "-"),
                ("records", counts.isEmpty ? "none yet" : counts.joined(separator: ", ")),
                ("last message", Timestamps.text(line.lastMessageAt)), ("last error", line.lastError ?? "-"),
                ("last error at", Timestamps.text(line.lastErrorAt)),
            ]
            for (name, value) in rows { print(name.padded(to: 14) + value) }
            for act in overview.acts(of: channel) { print(act) }
        }
    }
}

/// Configuration and status of every channel, side by side.
struct ChannelOverview {
    struct Line {
        var id: String
        var name: String
        var path: String
        var source: String
        var state: String
        var detail: String?
        var note: String?
        var since: Timestamp?
        var lastMessageAt: Timestamp?
        var lastError: String?
        var lastErrorAt: Timestamp?
        var counts: [String: Int]

        func json() -> String {
            var writer = JSONWriter()
            write(to: &writer)
            return writer.text
        }

        func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.field("channel", id)
            writer.field("name", name)
            writer.field("source", source)
            writer.field("state", state)
            writer.field("detail", detail)
            writer.field("new_version", note)
            writer.field("last_message_at", lastMessageAt?.rfc3339(in: .shanghai))
            writer.field("last_error", lastError)
            writer.field("last_error_at", lastErrorAt?.rfc3339(in: .shanghai))
            writer.key("records")
            writer.beginObject()
            for (name, count) in counts.sorted(by: { $0.key < $1.key }) { writer.field(name, count) }
            writer.endObject()
            writer.endObject()
        }
    }

    let lines: [Line]
    private let store: Store?

    init(_ options: SharedOptions) async throws {
        let workspace = try Workspace(options, references: .standIn)
        let folder = workspace.located(try workspace.external().data)
        var reports: [String: ChannelReport] = [:]
        store = try StoreAccess.external(folder)
        if let store {
            for report in try await ChannelReport.all(in: store) { reports[report.channelID] = report }
        }
        let isRunning = ZoneLock.isHeld(folder: folder)
        lines = workspace.configuration.channels.map { Self.line($0, reports[$0.id], isRunning: isRunning) }
    }

    private static func line(_ result: ChannelResult, _ report: ChannelReport?, isRunning: Bool) -> Line {
        let broken = result.channel == nil
        // What the store says of a zone that was stopped or killed is how it was then.
        let state = isRunning ? report?.state ?? "not started" : "gateway not running"
        return Line(
            id: result.id, name: result.name ?? report?.lastGood.name ?? "", path: result.path,
            source: result.source ?? report?.lastGood.source ?? "",
            state: broken && report?.note == nil ? "config error" : state,
            detail: broken ? result.issues.first?.description : report?.detail, note: report?.note,
            since: report?.since,
            lastMessageAt: report?.lastMessageAt,
            lastError: broken ? result.issues.first?.description : report?.lastError, lastErrorAt: report?.lastErrorAt,
            counts: report?.counts ?? [:])
    }

    /// What people did with a channel, the latest first.
    func acts(of channel: String) -> [String] {
        let acts = store.flatMap { try? ChannelAct.all(of: channel, in: $0) } ?? []
        return acts.map { act in
            let detail = act.detail.map { ": \($0)" } ?? ""
            return Timestamps.text(act.at) + "  \(act.kind.rawValue) by \(act.person)" + detail
        }
    }

    func json() -> String {
        var writer = JSONWriter()
        writer.beginArray()
        for line in lines { line.write(to: &writer) }
        writer.endArray()
        return writer.text
    }
}

extension String {
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - cells))
    }
}
