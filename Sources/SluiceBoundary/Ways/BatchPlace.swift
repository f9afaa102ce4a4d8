/// Where the batches of a stream travel.
public enum BatchPlace: Sendable {
    /// Segments: files in a folder with one writer and one reader.
    case folder(String)
    /// Segments on a link that carries files one way: at its beginning they are kept and repeated, at its end they are
    /// cleared away by who has taken them.
    case link(String, OneWay)
    /// The end of such a link, from where nothing is carried back: what is written to it is laid down nowhere.
    case unread(OneWay)
    /// Rows of a PostgreSQL database.
    case database(BoundaryDatabase)
}

extension BatchPlace {
    func shelf(
        for stream: BoundaryStream, failpoint: @escaping @Sendable (Files.WriteStep) throws -> Void
    ) -> any BatchShelf {
        switch self {
        case .folder(let folder): FolderShelf(stream: stream, folder: folder, failpoint: failpoint)
        case .link(let folder, let link): LinkShelf(stream: stream, folder: folder, link: link, failpoint: failpoint)
        case .unread: UnreadShelf(stream: stream)
        case .database(let database): DatabaseShelf(stream: stream, database: database, failpoint: failpoint)
        }
    }

    /// How long batches stay when nobody acknowledges any.
    public var oneWay: OneWay? {
        switch self {
        case .link(_, let link), .unread(let link): link
        case .folder, .database: nil
        }
    }

    func source(of stream: BoundaryStream) -> any BatchSource {
        switch self {
        case .folder(let folder): FolderSource(stream: stream, folder: folder)
        case .link(let folder, _): FolderSource(stream: stream, folder: folder, clearsAway: true)
        case .unread: UnreadShelf(stream: stream)
        case .database(let database): DatabaseSource(stream: stream, database: database)
        }
    }
}

/// One border, seen from one zone.
public struct BoundaryPlaces: Sendable {
    /// What this zone writes.
    public var out: BatchPlace
    /// What this zone reads.
    public var inward: BatchPlace

    public init(out: BatchPlace, in inward: BatchPlace) {
        (self.out, self.inward) = (out, inward)
    }

    /// Segments in these folders.
    public init(out: String, in inward: String) {
        self.init(out: .folder(out), in: .folder(inward))
    }

    /// Rows of a database, both ways.
    public init(_ database: BoundaryDatabase) {
        self.init(out: .database(database), in: .database(database))
    }
}
