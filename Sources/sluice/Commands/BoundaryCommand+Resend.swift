import ArgumentParser
import Foundation
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore

extension BoundaryCommand {
    struct Resend: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Sends again what a stopped zone has written to a stream since a time.",
            discussion: """
                For a reader that lost it and cannot say so: batches that a one-way link dropped, or that `sluice boundary
                resume --over-gap` gave up. The stream begins a new epoch, which a person approves where it is read; what
                arrived before is known there by its ids and taken once. `resend_window` says how long a zone can.

                EXAMPLE
                  sluice boundary resend external-relay --since 2026-01-05
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "The stream, `external-relay` for instance.") var stream: String
        @Option(help: "A day or a time: 2026-01-05, \"2026-01-05 08:00\" (Asia/Shanghai) or RFC 3339.")
        var since: String

        func run() async throws {
            guard let wire = BoundaryStream(name: stream) else {
                throw CommandFailure("there is no stream '\(stream)'")
            }
            // A further external process knows its own stream under the first one's name.
            let zone = ZoneName(rawValue: wire.from) ?? .external
            let stream = zone == .external ? BoundaryStream.externalToRelay : wire
            let workspace = try Workspace(options, references: .standIn, zones: [zone])
            if zone == .external, try workspace.external().producer != wire.from {
                throw CommandFailure(
                    "the external zone configured here is \(try workspace.external().producer): it writes no stream '\(wire)'"
                )
            }
            let file = try ZoneStoreFile(zone, in: workspace)
            guard FileManager.default.fileExists(atPath: file.path) else {
                throw CommandFailure("\(file.path) is not there; the zone has not run here")
            }
            // The lock: two writers of one store would each begin an epoch.
            let folder = try ZoneFolder(zone, in: workspace)
            let since = try PointInTime.read(since, in: .shanghai)
            let store = try Store(path: file.path, schema: file.schema)
            let count = try store.write { try Outbox.resend(stream, since: since, at: .now(), in: $0) }
            try store.close()
            withExtendedLifetime(folder) {}
            print("\(wire) sends \(count) entries again when the zone starts; then, where it is read:")
            print("  sluice boundary resume \(wire)")
        }
    }
}
