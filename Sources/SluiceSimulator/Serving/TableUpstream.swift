internal import Foundation
internal import SluiceConfig
internal import SluiceSDK
internal import TableKit

/// An upstream that writes rows into a table of a file: what `exchange-table` takes them from.
struct TableUpstream: SimulatedUpstream {
    private let parts: UpstreamParts
    private let address: TableAddress
    private let path: String
    private let table: String
    private let key: String
    /// Columns that the channel writes, and what they hold before.
    private let own: [String]

    private static let shortestPause = 2.0

    /// - Returns: nil for a server, which a demonstration has not got.
    init?(_ channel: ChannelFile, _ parts: UpstreamParts) throws {
        let config = channel.source.config
        let url = try config.string("url")
        guard url.hasPrefix("sqlite:") else { return nil }
        (address, path) = (try TableAddress(config), String(url.dropFirst("sqlite:".count)))
        if let name = try config.optionalString("table") {
            (table, key) = (name, try config.strings("key").first ?? "id")
            let back = config.optional("write_back")?.entries?.compactMap(\.value.text) ?? []
            let state = TableName.quoted(try config.string("state_column"))
            own = ["\(state) INTEGER NOT NULL DEFAULT 0"] + (try Self.texts(back, name, channel))
        } else {
            // The word behind FROM.
            let words = try config.string("query").split(separator: " ").map(String.init)
            let from = words.firstIndex { $0.uppercased() == "FROM" }
            guard let from, words.indices.contains(from + 1) else { return nil }
            (table, key) = (words[from + 1], try config.object("since").string("column"))
            own = try Self.texts([], table, channel)
        }
        self.parts = parts
    }

    private static func texts(_ columns: [String], _ table: String, _ channel: ChannelFile) throws -> [String] {
        (columns + (try TableReplyDesk.columns(besides: table, of: channel))).map { "\(TableName.quoted($0)) TEXT" }
    }

    /// An empty file is a database; one that is there stays as it is.
    static func makeFile(_ path: String) {
        try? Data().write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
    }

    /// A gateway that finds no table stops the channel, and is right.
    func prepare() async throws {
        Self.makeFile(path)
        let columns =
            ["\(TableName.quoted(key)) INTEGER PRIMARY KEY"] + own + parts.writer.shape.members.map(TableName.quoted)
        let statement = "CREATE TABLE IF NOT EXISTS \(quotedTable) (\(columns.joined(separator: ", ")))"
        _ = try await TableConnection.once(address) { try $0.execute(statement, []) }
    }

    private var quotedTable: String {
        table.split(separator: ".").map { TableName.quoted(String($0)) }.joined(separator: ".")
    }

    func offer(to gateway: String) async {
        guard (try? await prepare()) != nil else { return }
        guard let connection = try? await TableConnection.open(address) else { return }
        while true {
            let matters = parts.make(max(parts.writer.file.batch, Int(Self.shortestPause * parts.rate)))
            parts.books.update(parts.channelID) { $0.matters += matters.count }
            let rows = matters.map { Array(parts.writer.shape.text($0).utf8) }
            do {
                try await connection.run { [self] session in
                    try session.transaction(.writing) { for row in rows { try insert(row, session) } }
                }
                parts.books.update(parts.channelID) { line in
                    line.offered += rows.count
                    line.acknowledged += rows.count
                }
            } catch {
                parts.books.update(parts.channelID) { $0.refusedMessages += 1 }
            }
            let pause = max(Self.shortestPause, Double(matters.count) / parts.rate)
            guard await UpstreamParts.pause(seconds: pause) else { break }
        }
        await connection.close()
    }

    /// One record as one row; its members are the columns.
    private func insert(_ row: [UInt8], _ session: any TableSession) throws {
        var (names, values): ([String], [TableValue]) = ([], [])
        try JSONDocument.parse(row).root.forEachMember { name, value in
            names.append(TableName.quoted(name))
            values.append(
                value.isNull ? .null : .text(value.string ?? String(decoding: value.minified(), as: UTF8.self)))
        }
        let places = names.indices.map { session.parameter($0 + 1) }.joined(separator: ", ")
        try session.execute("INSERT INTO \(quotedTable) (\(names.joined(separator: ", "))) VALUES (\(places))", values)
    }
}
