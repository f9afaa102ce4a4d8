import GRDB
import SluiceStore

/// How far a commit is carried, asked of SQLite and not said from memory.
struct Durability: Sendable {
    /// As the pragmas answer.
    let journalMode: String
    let synchronous: Int

    /// Asks the writing connection of a store that is opened in `folder` as every zone opens its own: none of them can ask
    /// for less.
    init(in folder: String) throws {
        let schema = StoreSchema(name: "bench", applicationID: 77, migrations: [])
        let store = try Store(path: folder + "/durability.db", schema: schema)
        (journalMode, synchronous) = try store.write { db in
            (
                try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? "?",
                try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1
            )
        }
        try store.close()
    }

    var text: String {
        let levels = ["OFF", "NORMAL", "FULL", "EXTRA"]
        let level = levels.indices.contains(synchronous) ? levels[synchronous] : "\(synchronous)"
        return
            "a store opened as zones open theirs answers journal_mode=\(journalMode), synchronous=\(level); segments synced with their "
            + "folder; three processes"
    }
}
