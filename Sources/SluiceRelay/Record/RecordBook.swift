internal import GRDB

/// What quarantine.db knows of its record.
struct RecordBook {
    static let sql = """
        CREATE TABLE record (
            one INTEGER PRIMARY KEY CHECK (one = 1), identity TEXT NOT NULL, sequence INTEGER NOT NULL) STRICT;
        """

    /// Empty before there was one.
    var identity = ""
    /// The number of the record's last verdict that a commit here has seen.
    var sequence: Int64 = 0

    init(_ db: Database) throws {
        guard let row = try Row.fetchOne(db.cachedStatement(sql: "SELECT identity, sequence FROM record")) else {
            return
        }
        (identity, sequence) = (row[0], row[1])
    }

    static func set(_ identity: String, _ sequence: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO record (one, identity, sequence) VALUES (1, ?1, ?2)
                ON CONFLICT DO UPDATE SET identity = ?1, sequence = ?2
                """, arguments: [identity, sequence])
    }

    static func forget(_ db: Database) throws { try db.execute(sql: "DELETE FROM record") }

    static func set(_ sequence: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE record SET sequence = ?").execute(arguments: [sequence])
    }
}
