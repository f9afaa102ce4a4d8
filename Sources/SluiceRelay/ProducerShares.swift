internal import GRDB
internal import SluiceBoundary

/// Which external producer has which channel, in quarantine.db: what a person decides on a stopped relay finds its way
/// too. Channels that nobody is given are the first producer's.
enum ProducerShares {
    static let sql = """
        CREATE TABLE share (channel_id TEXT PRIMARY KEY, producer TEXT NOT NULL) STRICT, WITHOUT ROWID;
        """

    static let first = "external"

    static func owner(of channelID: String, _ db: Database) throws -> String {
        try String.fetchOne(
            db.cachedStatement(sql: "SELECT producer FROM share WHERE channel_id = ?"), arguments: [channelID]) ?? first
    }

    /// Puts the configuration into force: the shares, and a row for each stream that is written.
    static func prepare(_ producers: [RelayProducer], in db: Database) throws {
        try db.execute(sql: "DELETE FROM share")
        for producer in producers {
            try db.execute(
                sql: "INSERT INTO outlet (stream) VALUES (?) ON CONFLICT DO NOTHING",
                arguments: [RelayStreams.to(producer.name).name])
            for channel in producer.channels.sorted() {
                try db.execute(
                    sql: "INSERT INTO share (channel_id, producer) VALUES (?, ?)", arguments: [channel, producer.name])
            }
        }
    }
}
