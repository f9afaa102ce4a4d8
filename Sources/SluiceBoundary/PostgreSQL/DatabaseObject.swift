/// Something in the boundary's database that a privilege may be given on.
public struct DatabaseObject: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case database, schema
        case lines(BoundaryStream)
        case manifests(BoundaryStream)
        /// The daily partitions themselves, past their parents.
        case days(BoundaryStream)
        /// Version, streams, what was acknowledged by days that are gone.
        case book
        case claim(BoundaryStream)
        case prepareDays, dropDays
        /// Of the quarantine's record: a table by its name, its partitions, what is derived, what numbers verdicts, a function.
        case table(String), tableDays(String), view, sequence, routine
        /// Functions that PostgreSQL gives to everybody, and that let one role stand in another's way.
        case locks, largeObjects
    }

    public enum Verb: String, Sendable, CaseIterable {
        case connect = "CONNECT"
        case temporary = "TEMPORARY"
        case usage = "USAGE"
        case create = "CREATE"
        case select = "SELECT"
        case insert = "INSERT"
        case update = "UPDATE"
        case delete = "DELETE"
        case truncate = "TRUNCATE"
        case execute = "EXECUTE"
    }

    public var kind: Kind
    /// As SQL writes it.
    public var name: String

    /// What may be tried on it.
    public var verbs: [Verb] {
        switch kind {
        case .database: [.connect, .create, .temporary]
        case .schema: [.usage, .create]
        case .lines, .manifests, .days, .book, .table, .tableDays: [.select, .insert, .update, .delete, .truncate]
        // Nothing can be written through it, whoever it is.
        case .view: [.select]
        case .sequence: [.usage, .select, .update]
        case .claim, .prepareDays, .dropDays, .routine, .locks, .largeObjects: [.execute]
        }
    }
}

extension DatabaseLayout {
    public var objects: [DatabaseObject] {
        var objects = [
            DatabaseObject(kind: .database, name: "the database"), DatabaseObject(kind: .schema, name: schema),
        ]
        for stream in streams {
            let tables = tables(stream)
            objects += [
                DatabaseObject(kind: .lines(stream), name: tables.lines),
                DatabaseObject(kind: .manifests(stream), name: tables.manifests),
                DatabaseObject(kind: .days(stream), name: "days of \(schema).\(tables.stem)_*"),
                DatabaseObject(kind: .claim(stream), name: tables.claim + "()"),
            ]
        }
        return objects
            + Self.books.map { DatabaseObject(kind: .book, name: "\(schema).\($0)") } + [
                DatabaseObject(kind: .prepareDays, name: "\(schema).prepare_days()"),
                DatabaseObject(kind: .dropDays, name: "\(schema).drop_days(integer)"),
                DatabaseObject(kind: .locks, name: "pg_advisory_lock(bigint) and its like"),
                DatabaseObject(kind: .largeObjects, name: "lo_create(oid) and its like"),
            ]
    }

    static let books = ["version", "stream", "acknowledged"]

    /// The whole rule of who may do what. `zone` is `relay`, `internal`, `auditor`, a producer's name, or anything else
    /// for a role that merely exists on the server.
    public func isAllowed(_ verb: DatabaseObject.Verb, on object: DatabaseObject, to zone: String) -> Bool {
        guard roles.contains(where: { $0.zone == zone }) else { return false }
        switch (object.kind, verb) {
        case (.database, .connect), (.schema, .usage): return true
        // A zone puts into its own streams and reads those that are for it.
        case (.lines(let stream), .insert), (.manifests(let stream), .insert): return stream.from == zone
        case (.lines(let stream), .select): return stream.to == zone || zone == "auditor"
        // Its own manifests too: it must know its own batch again after a crash. They hold digests and no text.
        case (.manifests(let stream), .select): return [stream.to, stream.from, "auditor"].contains(zone)
        case (.claim(let stream), .execute): return stream.from == zone
        case (.book, .select): return object.name.hasSuffix(".version") || zone == "auditor"
        case (.prepareDays, .execute), (.dropDays, .execute): return zone == "relay"
        default: return false
        }
    }
}
