import Foundation
@testable import SluiceBoundary
import SluiceTesting

/// Files on a link that carries them one way: the writer's own copies lie beside it.
final class LinkHost: WayHost {
    private let folder = TemporaryFolder()
    private let mount: Mount

    init() throws { mount = try Mount(folder("out")) }

    var ends: Ends {
        Ends(link: link, back: folder("back"), OneWay(history: .seconds(86_400), interval: .zero))
    }

    private var link: String { folder("out") }
    private var kept: String { link + ".kept" }

    func batches() -> [Int] {
        names(in: link).compactMap(SegmentName.position).filter { $0.epoch == 1 }.map(\.batch).sorted()
    }

    func tear(_ batch: Int) throws {
        for place in [link, kept] {
            try makeFolder(place)
            try writeFile(Array("{\"type\":\"segment\"".utf8), path(batch, in: place) + ".tmp")
        }
    }

    func tamper(_ batch: Int) throws {
        var bytes = try readFile(path(batch, in: link))
        bytes[bytes.count / 2] ^= 1
        try writeFile(bytes, path(batch, in: link))
    }

    /// For good: no repetition brings it again.
    func take(_ batch: Int) throws -> [UInt8] {
        let bytes = try readFile(path(batch, in: link))
        for place in [link, kept] { try remove(path(batch, in: place)) }
        return bytes
    }

    func put(_ bytes: [UInt8], as batch: Int) throws { try writeFile(bytes, path(batch, in: link)) }

    func cut() throws { try mount.cut() }
    func heal() throws { try mount.heal() }

    /// Nobody acknowledges anything here.
    func letGo() {}

    private func path(_ batch: Int, in place: String) -> String {
        place + "/" + SegmentName.text(BatchPosition(epoch: 1, batch: batch))
    }
}
