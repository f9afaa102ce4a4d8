@testable import SluiceBoundary
import SluiceTesting
import Testing

/// The ways that a batch travels. Every case of `WayConformance` runs over each.
enum Way: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case segments, postgres
    /// Segments on a link without a way back.
    case oneWay

    /// Those where a reader says what it has taken. On a one-way link age decides; `LinkTests` says how.
    static let answering: [Way] = [.segments, .postgres]

    var testDescription: String { rawValue }

    func host() async throws -> any WayHost {
        switch self {
        case .segments: try SegmentsHost()
        case .oneWay: try LinkHost()
        case .postgres: try await PostgresHost(PostgresScope.shared)
        }
    }
}

/// Where the batches of one border stand, and everything that may go wrong there. Batches are those of epoch 1 of the
/// stream that the near side writes.
protocol WayHost: Sendable {
    var ends: Ends { get }
    func batches() async throws -> [Int]
    /// Half of a batch by a writer that dies before it is done.
    func tear(_ batch: Int) async throws
    /// Flips a bit in the middle of a batch.
    func tamper(_ batch: Int) async throws
    /// Takes a batch away; nil when it was not there.
    func take(_ batch: Int) async throws -> [UInt8]
    /// Puts these bytes where a batch belongs, past every writer.
    func put(_ bytes: [UInt8], as batch: Int) async throws
    /// Nobody gets at the batches any more, and again.
    func cut() async throws
    func heal() async throws
    /// What lets old batches go, after a month.
    func letGo() async throws
}

/// Files in folders.
final class SegmentsHost: WayHost {
    private let folder = TemporaryFolder()
    private let mount: Mount

    init() throws { mount = try Mount(folder("out")) }

    var ends: Ends { Ends(out: folder("out"), back: folder("back")) }

    func batches() -> [Int] {
        names(in: folder("out")).compactMap(SegmentName.position).filter { $0.epoch == 1 }.map(\.batch).sorted()
    }

    func tear(_ batch: Int) throws {
        try makeFolder(folder("out"))
        try writeFile(Array("{\"type\":\"segment\"".utf8), path(batch) + ".tmp")
    }

    func tamper(_ batch: Int) throws {
        var bytes = try readFile(path(batch))
        bytes[bytes.count / 2] ^= 1
        try writeFile(bytes, path(batch))
    }

    func take(_ batch: Int) throws -> [UInt8] {
        let bytes = try readFile(path(batch))
        try remove(path(batch))
        return bytes
    }

    func put(_ bytes: [UInt8], as batch: Int) throws { try writeFile(bytes, path(batch)) }

    func cut() throws { try mount.cut() }
    func heal() throws { try mount.heal() }

    /// The writer has removed what was acknowledged.
    func letGo() {}

    private func path(_ batch: Int) -> String {
        folder("out") + "/" + SegmentName.text(BatchPosition(epoch: 1, batch: batch))
    }
}
