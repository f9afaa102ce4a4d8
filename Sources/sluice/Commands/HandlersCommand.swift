import ArgumentParser
import SluiceConfig
import SluiceInternal
import SluiceSDK

struct HandlersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "handlers", abstract: "Who receives tickets, and how their queues stand.",
        subcommands: [List.self],
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
            var table = Table(["handler", "role", "name", ">queue", ">delivered", "oldest", ">failed", "last error"])
            for handler in workspace.configuration.handlers {
                let status = statuses[handler.id]
                table.add([
                    handler.id, handler.isFallback ? "owner (fallback)" : handler.role.rawValue, handler.name,
                    String(status?.queue ?? 0), String(status?.delivered ?? 0), Timestamps.text(status?.oldest),
                    String(status?.failedAttempts ?? 0), status?.lastError?.shortened(to: 60) ?? "",
                ])
            }
            print(table.text)
        }

        private func json(_ handlers: [HandlerFile], _ statuses: [String: HandlerStatus]) -> String {
            var writer = JSONWriter()
            writer.beginArray()
            for handler in handlers {
                writer.beginObject()
                writer.field("handler", handler.id)
                writer.field("role", handler.role.rawValue)
                writer.field("fallback", handler.isFallback)
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
