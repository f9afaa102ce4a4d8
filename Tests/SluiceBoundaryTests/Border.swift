import GRDB
import Logging
@testable import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting

/// One border between two zones, each with a real store: `near` writes `stream`, `far` reads it and answers.
final class Border: Sendable {
    static let nearKey = try! SigningKey(seed: Array(repeating: 1, count: 32))
    static let farKey = try! SigningKey(seed: Array(repeating: 2, count: 32))
    static let strangerKey = try! SigningKey(seed: Array(repeating: 3, count: 32))

    let folder: TemporaryFolder
    let near: Store
    let far: Store
    let stream = BoundaryStream.externalToRelay
    let time = Timestamp(milliseconds: 1_790_000_000_000)
    /// Where each end writes and reads.
    let ends: Ends

    /// - Parameter ends: where batches travel when not in folders of the border's own.
    init(_ ends: Ends? = nil) throws {
        folder = TemporaryFolder()
        self.ends = ends ?? Ends(out: folder("out"), back: folder("back"))
        near = try Store(path: folder("near.db"), schema: Self.schema(.externalToRelay))
        far = try Store(path: folder("far.db"), schema: Self.schema(.relayToExternal))
    }

    var segments: String { folder("out") }
    var answers: String { folder("back") }

    static func schema(_ stream: BoundaryStream) -> StoreSchema {
        StoreSchema(
            name: "test", applicationID: 0x54455354,
            migrations: [
                StoreMigration(
                    "1",
                    BoundarySchema.sql(writing: [stream]) + BoundarySchema.resending + BoundarySchema.sealing
                        + BoundarySchema.sharedKeys
                        + BoundarySchema.links
                        + "CREATE TABLE taken (number INTEGER, id TEXT, body TEXT); CREATE TABLE source (body BLOB);")
            ])
    }

    func outlet(
        key: SigningKey = Border.nearKey, entries: Int = 500, store: Store? = nil,
        options: OutletOptions = OutletOptions(),
        failpoint: @escaping @Sendable (Files.WriteStep) throws -> Void = { _ in }
    ) -> Outlet {
        var options = options
        options.entries = entries
        options.failpoint = failpoint
        let time = time
        return Outlet(
            stream: stream, to: ends.nearOut, store: store ?? near, key: key, options: options, logger: quiet,
            clock: { time },
            body: { db, reference in
                Array(
                    (try String.fetchOne(db, sql: "SELECT body FROM source WHERE rowid = ?", arguments: [reference])
                        ?? "").utf8)
            })
    }

    func inlet(
        key: SigningKey = Border.nearKey, options: InletOptions = InletOptions(), store: Store? = nil
    ) -> Inlet {
        let time = time
        return Inlet(
            stream: stream, from: ends.farIn, store: store ?? far, key: key.verifyingKey, options: options,
            logger: quiet,
            clock: { time })
    }

    /// The far side's outlet, which carries acknowledgements back.
    func answerOutlet() -> Outlet {
        Outlet(stream: stream.opposite, to: ends.farOut, store: far, key: Self.farKey, logger: quiet)
    }

    func answerInlet() -> Inlet {
        Inlet(
            stream: stream.opposite, from: ends.nearIn, store: near, key: Self.farKey.verifyingKey, logger: quiet)
    }

    func item(_ name: String, body: String? = nil) -> Item {
        Item(
            id: name, channelID: "hotline-1", kind: .ticketOpened, createdAt: time,
            body: Array((body ?? #"{"text":"\#(name) 你好"}"#).utf8))
    }

    @discardableResult
    func queue(_ names: String...) throws -> ItemRange {
        let items = names.map { (item: item($0), reference: Int64?.none) }
        return try near.write { try Outbox.append(items, to: stream, in: $0) }
    }

    /// Queues and writes one batch.
    func send(_ names: String...) async throws {
        let items = names.map { (item: item($0), reference: Int64?.none) }
        try near.write { _ = try Outbox.append(items, to: stream, in: $0) }
        _ = try await outlet().step(mayAck: false)
    }

    @discardableResult
    func take(_ inlet: Inlet? = nil) async throws -> Inlet.Step {
        try await (inlet ?? self.inlet()).step(
            prepare: { _ in },
            consume: { db, batch, _ in
                for item in batch.items {
                    try db.execute(
                        sql: "INSERT INTO taken VALUES (?, ?, ?)",
                        arguments: [item.number, item.item.id, String(decoding: item.item.body, as: UTF8.self)])
                }
            })
    }

    var taken: [String] {
        get throws { try far.read { try String.fetchAll($0, sql: "SELECT id FROM taken ORDER BY rowid") } }
    }

    func segment(_ batch: Int, epoch: Int = 1) -> String {
        segments + "/" + SegmentName.text(BatchPosition(epoch: epoch, batch: batch))
    }
}

/// The four places of a border: `near` writes one stream and reads the other, `far` the other way round.
struct Ends: Sendable {
    var nearOut, farIn, farOut, nearIn: BatchPlace

    init(out: String, back: String) {
        (nearOut, farIn, farOut, nearIn) = (.folder(out), .folder(out), .folder(back), .folder(back))
    }

    /// A link that carries files from `near` to `far` alone.
    init(link: String, back: String, _ oneWay: OneWay) {
        (nearOut, farIn, farOut, nearIn) = (
            .link(link, oneWay), .link(link, oneWay), .link(back, oneWay), .link(back, oneWay)
        )
    }

    /// - Parameters:
    ///   - near: as its role sees the database.
    ///   - far: the same.
    init(near: BoundaryDatabase, far: BoundaryDatabase) {
        (nearOut, farIn, farOut, nearIn) = (.database(near), .database(far), .database(far), .database(near))
    }
}

/// Says nothing.
let quiet: Logger = {
    var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    logger.logLevel = .critical
    return logger
}()

extension Inlet.Step {
    var stopCode: String? {
        if case .stopped(let stop) = self { stop.code } else { nil }
    }

    var isNothing: Bool {
        if case .nothing = self { true } else { false }
    }

    var tookOne: Bool {
        if case .took = self { true } else { false }
    }
}

struct Killed: Error {}
