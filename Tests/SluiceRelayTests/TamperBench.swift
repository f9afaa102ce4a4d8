import GRDB
import Logging
import SluiceConfig
import SluiceSDK
import SluiceStore
import SluiceTesting
import Synchronization

@testable import SluiceBoundary
@testable import SluiceRelay

/// The relay between two neighbours, step by step, so that every batch can be had before it is read.
///
/// After `fill` each of the four streams has two batches: items, verdicts, receipts, replies, and lines passed on.
final class TamperBench: Sendable {
    static let streams: [BoundaryStream] = [.externalToRelay, .relayToInternal, .internalToRelay, .relayToExternal]

    let folder = TemporaryFolder()
    let alarms = Alarms()
    let stores: [String: Store]
    private let sealer: TicketSealer

    /// A batch as it stood in its folder, and where its reader stood before it.
    struct Specimen: Sendable {
        var stream: BoundaryStream
        var state: InletState
        var bytes: [UInt8]
    }

    init() throws {
        _ = try KeyFiles.prepareSealing(
            .init(folder: folder("keys"), certificate: folder("sealing.crt"), copies: []))
        sealer = try TicketSealer(certificateAt: folder("sealing.crt"))
        stores = [
            "external": try Store(path: folder("external.db"), schema: ThreeZones.schema(.externalToRelay)),
            "relay": try Store(path: folder("quarantine.db"), schema: RelaySchema.schema),
            "internal": try Store(path: folder("internal.db"), schema: ThreeZones.schema(.internalToRelay)),
        ]
    }

    func store(_ zone: String) -> Store { stores[zone]! }
    func segments(_ stream: BoundaryStream) -> String { folder(stream.name) }
    func path(_ stream: BoundaryStream, _ position: BatchPosition) -> String {
        segments(stream) + "/" + SegmentName.text(position)
    }

    /// - Parameter key: whose the writer uses; its own unless a test says otherwise.
    func outlet(_ stream: BoundaryStream, key: SigningKey? = nil) -> Outlet {
        Outlet(
            stream: stream, to: .folder(segments(stream)), store: store(stream.from), key: key ?? Self.key(stream.from),
            logger: quiet, clock: { Tickets.time },
            passage: { db, passage in try Quarantine(db: db).content(of: passage) })
    }

    func inlet(_ stream: BoundaryStream) -> Inlet {
        var options = InletOptions()
        (options.gapPatience, options.look, options.poll, options.retry) = (
            .zero, .zero, .milliseconds(1), .milliseconds(1)
        )
        return Inlet(
            stream: stream, from: .folder(segments(stream)), store: store(stream.to),
            key: Self.key(stream.from).verifyingKey, origins: Self.origins(stream), options: options,
            logger: alarms.logger, clock: { Tickets.time })
    }

    static func key(_ zone: String) -> SigningKey { ThreeZones.keys[zone]! }

    static func origins(_ stream: BoundaryStream) -> [String: VerifyingKey] {
        guard stream.isFromRelay else { return [:] }
        let origin = stream.to == "internal" ? "external" : "internal"
        return [origin: key(origin).verifyingKey]
    }

    func state(_ stream: BoundaryStream) async throws -> InletState {
        try await store(stream.to).read { try InletState.load(stream, in: $0) }
            ?? InletState(position: BatchPosition(epoch: 1, batch: 0), head: zeros, itemHead: zeros, nextNumber: 1)
    }

    /// Takes the next batch of a stream as its zone does.
    @discardableResult
    func take(_ stream: BoundaryStream) async throws -> Inlet.Step {
        guard stream.to == "relay" else {
            return try await inlet(stream).step(
                prepare: { _ in },
                consume: { db, batch, _ in try ThreeZones.take(batch, answering: stream.opposite, in: db) })
        }
        var settings = RelaySettings(
            external: BoundaryPlaces(out: "", in: ""), internalSide: BoundaryPlaces(out: "", in: ""),
            channels: ChannelPolicies(others: nil, named: ["hotline-1": .automatic]),
            jurisdiction: Tickets.jurisdiction, timeZone: .shanghai)
        settings.maxText = 65536
        let pipeline = Pipeline(stream.from, settings: settings, clock: { Tickets.time })
        return try await inlet(stream).step(
            prepare: { pipeline.verify($0) },
            consume: { db, batch, findings in try pipeline.take(batch, findings, in: db) })
    }

    /// Everything that a zone has taken, verified or released: it must not grow by a tampered batch.
    func taken() async throws -> [Int] {
        var counts: [Int] = []
        for (zone, tables) in [
            ("external", ["taken", "verdict", "receipt"]),
            ("relay", ["batch", "item", "verdict", "receipt", "outbox"]),
            ("internal", ["taken", "verdict", "receipt"]),
        ] {
            for table in tables {
                counts.append(
                    try await store(zone).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? -1 })
            }
        }
        return counts
    }

    /// Two rounds of traffic. Each batch is kept before it is taken.
    func fill() async throws -> [Specimen] {
        var found: [Specimen] = []
        for round in 1...2 {
            let items = [Tickets.item("a\(round)"), try sealed("b\(round)")].map { (item: $0, reference: Int64?.none) }
            try store("external").write { _ = try Outbox.append(items, to: .externalToRelay, in: $0) }
            for stream in [BoundaryStream.externalToRelay, .relayToInternal] {
                found += try await carry(stream)
            }
            let reply = Tickets.reply("a\(round)")
            try store("internal").write { _ = try Outbox.append(reply, to: .internalToRelay, in: $0) }
            for stream in [BoundaryStream.internalToRelay, .relayToExternal] {
                found += try await carry(stream)
            }
        }
        return found
    }

    /// With a key that it could share.
    private func sealed(_ externalID: String) throws -> Item {
        let ticket = Tickets.ticket(externalID) { $0[.requesterPhone] = .string("13900001234") }
        let (body, part) = try sealer.session(.personal, tickets: 10).seal(ticket)
        return Item(
            id: ticket.ticketID, channelID: "hotline-1", kind: .ticketOpened, createdAt: Tickets.time, body: body,
            sealed: part)
    }

    private func carry(_ stream: BoundaryStream) async throws -> [Specimen] {
        _ = try await outlet(stream).step(mayAck: false)
        var found: [Specimen] = []
        while true {
            let state = try await state(stream)
            let path = path(stream, state.next)
            guard Files.exists(path) else { return found }
            let bytes = try readFile(path)
            guard case .took = try await take(stream) else { throw TamperError("the honest batch is refused") }
            found.append(Specimen(stream: stream, state: state, bytes: bytes))
        }
    }
}

struct TamperError: Error, CustomStringConvertible {
    var description: String

    init(_ text: String) { description = text }
}

let zeros = [UInt8](repeating: 0, count: 32)

/// Hears what is logged as critical: what wakes a person.
final class Alarms: LogHandler, Sendable {
    private let heard = Mutex<[String]>([])

    var all: [String] { heard.withLock { $0 } }
    var logger: Logger { Logger(label: "alarms", factory: { _ in self }) }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .critical }
        set {}
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        heard.withLock { $0.append("\(event.message)") }
    }
}
