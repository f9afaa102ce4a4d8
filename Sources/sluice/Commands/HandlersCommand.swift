import ArgumentParser
import SluiceConfig
import SluiceInternal
import SluiceSDK

struct HandlersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handlers", abstract: "Who receives tickets, and how their queues stand.",
        discussion: """
            EXAMPLES
              sluice handlers
              sluice handlers pause housing-bureau --by "Zhang Min"
              sluice handlers resume housing-bureau
              sluice handlers redrive housing-bureau
            """,
        subcommands: [List.self, Pause.self, Resume.self, Redrive.self],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "One line for each handler.")

        @OptionGroup var options: SharedOptions

        func run() async throws {
            let workspace = try Workspace(options, references: .standIn)
            var statuses: [String: HandlerStatus] = [:]
            if let store = try StoreAccess.internalZone(workspace) {
                for status in try await HandlerStatus.all(store) { statuses[status.id] = status }
            }
            if options.format == .json { return print(json(workspace.configuration.handlers, statuses)) }
            var table = Table([
                "handler", "role", "name", "state", ">queue", ">delivered", "oldest", ">failed", "last error",
            ])
            for handler in workspace.configuration.handlers {
                let status = statuses[handler.id]
                table.add([
                    handler.id, handler.isFallback ? "owner (fallback)" : handler.role.rawValue, handler.name,
                    state(status),
                    String(status?.queue ?? 0), String(status?.delivered ?? 0), Timestamps.text(status?.oldest),
                    String(status?.failedAttempts ?? 0), status?.lastError?.shortened(to: 60) ?? "",
                ])
            }
            print(table.text)
        }

        private func state(_ status: HandlerStatus?) -> String {
            guard let status else { return "-" }
            if status.pausedAt != nil { return "paused by \(status.pausedBy ?? "?")" }
            return status.failedAttempts > 0 ? "failing" : "active"
        }

        private func json(_ handlers: [HandlerFile], _ statuses: [String: HandlerStatus]) -> String {
            var writer = JSONWriter()
            writer.beginArray()
            for handler in handlers {
                writer.beginObject()
                writer.field("handler", handler.id)
                writer.field("role", handler.role.rawValue)
                writer.field("fallback", handler.isFallback)
                writer.field("paused_at", statuses[handler.id]?.pausedAt?.rfc3339(in: .shanghai))
                writer.field("paused_by", statuses[handler.id]?.pausedBy)
                writer.field("queue", statuses[handler.id]?.queue ?? 0)
                writer.field("delivered", statuses[handler.id]?.delivered ?? 0)
                writer.field("last_error", statuses[handler.id]?.lastError)
                writer.endObject()
            }
            writer.endArray()
            return writer.text
        }
    }
}
