import Foundation
import SluiceConfig
import SluiceSDK
import TableKit

/// The tables that handlers take their events from: a demonstration makes them, in life they are the handlers' own.
enum DemoTables {
    static func make(for handlers: [HandlerFile]) async throws {
        for handler in handlers where handler.deliver.sender.type == "exchange-table" {
            let config = handler.deliver.sender.config
            let url = try config.string("url")
            guard url.hasPrefix("sqlite:") else { continue }
            _ = FileManager.default.createFile(atPath: String(url.dropFirst("sqlite:".count)), contents: nil)
            let unique = try config.string("unique")
            let columns = try config.required("insert").entries?.map { entry in
                TableName.quoted(entry.key) + (entry.key == unique ? " TEXT PRIMARY KEY" : " TEXT")
            }
            let table = TableName.quoted(try config.string("table"))
            let statement = "CREATE TABLE \(table) (\((columns ?? []).joined(separator: ", ")))"
            let connection = try await TableConnection.open(TableAddress(config))
            _ = try await connection.run { try $0.execute(statement, []) }
            await connection.close()
        }
    }
}
