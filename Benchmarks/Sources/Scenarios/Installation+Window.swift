import Foundation
import GRDB
import SluiceStore

extension Installation {
    /// Lets the zones that stand still let go of what the next zone has taken, as they do when `resend_window` is over.
    /// - Returns: bytes of the stores that are in use then, free pages not counted, with what stands at the boundary.
    func bytesAfterTheWindow() throws -> Int {
        for zone in ["external", "relay", "internal"] {
            let path = folder + "/config/\(zone).yaml"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try (text + "\nresend_window: 1s\n").write(toFile: path, atomically: true, encoding: .utf8)
        }
        usleep(1_200_000)
        try start()
        // It goes in small steps, with pauses between.
        var (left, quiet) = (Int.max, 0)
        while quiet < 40 {
            usleep(100_000)
            let used = try usedBytes()
            quiet = used < left ? 0 : quiet + 1
            left = min(left, used)
        }
        stop()
        return try usedBytes() + bytes { $0.hasPrefix("boundary/") }
    }

    /// Revisions that the external zone has journalled, first ones among them: each is an event for the handler.
    func journalled() throws -> Int {
        try reader(of: "external").read { try Int.fetchOne($0, sql: "SELECT sum(revision) FROM ticket") ?? 0 }
    }

    /// Lines that the quarantine has taken: each stood in the segment that brought it and in the one that took it on. Lines
    /// with keys, proofs, manifests and verdicts are not among them, so it is less than what segments were written.
    func segmentBytes() throws -> Int {
        try reader(of: "relay").read { db in
            var bytes = 0
            for table in ["item", "receipt"] {
                let lines = try Row.fetchCursor(db, sql: "SELECT line FROM \(table)")
                while let row = try lines.next() { bytes += try Packed.bytes(row, 0).count + 1 }
            }
            return bytes * 2
        }
    }

    private func usedBytes() throws -> Int {
        try ["external", "relay", "internal"].reduce(0) { sum, zone in
            let pages = try reader(of: zone).read { db in
                try ["page_count", "freelist_count"].map { try Int.fetchOne(db, sql: "PRAGMA \($0)") ?? 0 }
            }
            return sum + (pages[0] - pages[1]) * 4_096
        }
    }
}
