internal import Foundation
internal import SluiceConfig
internal import SluiceSDK
internal import TableKit

/// Where replies to one channel arrive in a table of a file: in columns of the rows they answer, or as rows of their own.
struct TableReplyDesk: SimulatedUpstream {
    private let channelID: String
    private let books: SimulatorBooks
    private let address: TableAddress
    private let path: String
    private let table: String
    /// Columns of a table that is for replies alone; none where they stand in the upstream's own rows.
    private let columns: [String]
    /// The column that holds the reply's id.
    private let id: String

    /// nil for a server, for a channel whose replies go another way, and where no column says which reply it is.
    /// - Throws: `ConfigIssue`.
    init?(_ channel: ChannelFile, _ parts: UpstreamParts) throws {
        guard let config = channel.reply?.sender.config, channel.reply?.sender.type == "exchange-table" else {
            return nil
        }
        let url = try config.string("url")
        let entries = (config.optional("insert") ?? config.optional("set"))?.entries ?? []
        guard url.hasPrefix("sqlite:"), let id = entries.first(where: { $0.value.text == "{reply.id}" })?.key else {
            return nil
        }
        (channelID, books, self.id) = (channel.id, parts.books, id)
        (address, path) = (try TableAddress(config), String(url.dropFirst("sqlite:".count)))
        table = try TableName(config).quoted
        columns = config.has("insert") ? entries.map(\.key) : []
    }

    /// What replies add to the rows of the channel's own table.
    static func columns(besides table: String, of channel: ChannelFile) throws -> [String] {
        guard let sender = channel.reply?.sender, sender.type == "exchange-table",
            try sender.config.string("url") == channel.source.config.string("url"),
            try sender.config.string("table") == table
        else { return [] }
        return sender.config.optional("set")?.entries?.map(\.key) ?? []
    }

    /// In life the table is the upstream's own.
    func prepare() async throws {
        guard !columns.isEmpty else { return }
        let written = columns.map { TableName.quoted($0) + ($0 == id ? " TEXT PRIMARY KEY" : " TEXT") }
        let statement = "CREATE TABLE IF NOT EXISTS \(table) (\(written.joined(separator: ", ")))"
        TableUpstream.makeFile(path)
        _ = try await TableConnection.once(address) { try $0.execute(statement, []) }
    }

    func offer(to gateway: String) async { try? await prepare() }

    func readReplies() async {
        let column = TableName.quoted(id)
        let question = "SELECT \(column) FROM \(table) WHERE \(column) IS NOT NULL"
        // What fails is missing in the books, where it is noticed.
        try? await TableConnection.once(address) { [books, channelID] session in
            let found = try session.texts(question)
            books.update(channelID) { $0.replies.formUnion(found) }
        }
    }
}
