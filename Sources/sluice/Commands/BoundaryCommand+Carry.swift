import ArgumentParser
import Foundation
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore

extension BoundaryCommand {
    struct Export: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Copies this zone's batches onto a disk that is carried to the next zone.",
            discussion: """
                Every stream that the zone writes gets a folder on the disk. What the other side has acknowledged leaves the
                disk again, so the same disk may go to and fro. The zone may run meanwhile. Nothing is lost with a disk: the
                zone keeps every batch until its reader's signed acknowledgement has come back.

                EXAMPLE
                  sluice boundary export /media/ferry
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "The disk's folder.") var disk: String
        @Option(help: "Only this stream, `external-relay` for instance.") var stream: String?

        func run() async throws {
            let workspace = try Workspace(options, references: .standIn)
            try Carrying(workspace, disk: disk, only: stream).report("exported") { route in
                try route.carrier.export(from: route.folders.out, to: route.disk)
            }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Brings the batches of a carried disk to the zone that reads them.",
            discussion: """
                Only what the stream's writer has signed is brought, and only what the zone has not read yet. The zone may
                run meanwhile and goes on by itself. The disk is left as it is.

                EXAMPLE
                  sluice boundary import /media/ferry
                """)

        @OptionGroup var options: SharedOptions
        @Argument(help: "The disk's folder.") var disk: String
        @Option(help: "Only this stream, `external-relay` for instance.") var stream: String?

        func run() async throws {
            let workspace = try Workspace(options, references: .standIn)
            try Carrying(workspace, disk: disk, only: stream).report("imported") { route in
                let consumed = try route.consumed()
                return try route.carrier.bring(from: route.disk, to: route.folders.inward, consumed: consumed)
            }
        }
    }
}

/// The streams that go by disk between this machine's zones and others.
private struct Carrying {
    /// One border of one zone here.
    private struct Border {
        /// What batches call the zone here, and the one at the other end: `external-2` for a further external process.
        var own: String
        var peer: String
        /// What the zone's own store calls both.
        var known: BoundaryStream
        var folders: BoundaryUse
        var peerKey: () throws -> VerifyingKey
    }

    /// One stream of a border.
    struct Route {
        var zone: ZoneStoreFile
        var stream: BoundaryStream
        /// As the zone's own store knows it.
        var known: BoundaryStream
        var folders: BoundaryUse
        var carrier: SegmentCarrier
        var disk: String

        /// How far the zone has read; a zone that never ran has read nothing.
        func consumed() throws -> BatchPosition {
            guard FileManager.default.fileExists(atPath: zone.path) else { return .none }
            return try zone.reader().read { try Inlet.consumed(known, in: $0) }
        }
    }

    private let workspace: Workspace
    private let disk: String
    private let only: String?

    init(_ workspace: Workspace, disk: String, only: String?) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: disk, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandFailure("there is no folder '\(disk)'; is the disk mounted?")
        }
        (self.workspace, self.disk, self.only) = (workspace, disk, only)
    }

    /// One line for each stream; exit 1 when something was refused or found no room.
    func report(_ done: String, _ carry: (Route) throws -> SegmentCarrier.Outcome) throws {
        let routes = try routes(isExport: done == "exported")
        var table = Table(["stream", ">\(done)", ">there already", ">removed", "batches"])
        var isWell = true
        for route in routes {
            let outcome = try carry(route)
            table.add([
                route.stream.name, String(outcome.carried.count), String(outcome.present), String(outcome.removed),
                span(outcome.carried),
            ])
            for refusal in outcome.refused { Terminal.error("\(route.stream): \(refusal)") }
            if outcome.withoutRoom > 0 {
                Terminal.error(
                    "\(route.stream): no room for \(outcome.withoutRoom) batches; free some and run it again, the batches "
                        + "before them are whole")
            }
            if !outcome.refused.isEmpty || outcome.withoutRoom > 0 { isWell = false }
        }
        print(table.text)
        if !isWell { throw ExitCode(1) }
    }

    private func routes(isExport: Bool) throws -> [Route] {
        var routes: [Route] = []
        for zone in try workspace.zones() {
            let file = try ZoneStoreFile(zone, in: workspace)
            let keys = try workspace.keys(zone)
            // What travels through a database is not carried.
            for border in try borders(of: zone, keys) where border.folders.kind == .segments {
                let outward = BoundaryStream(from: border.own, to: border.peer)
                let stream = isExport ? outward : outward.opposite
                guard only == nil || only == stream.name else { continue }
                let key = isExport ? try keys.own().verifyingKey : try border.peerKey()
                routes.append(
                    Route(
                        zone: file, stream: stream, known: isExport ? border.known : border.known.opposite,
                        folders: workspace.located(border.folders), carrier: SegmentCarrier(stream: stream, key: key),
                        disk: disk + "/" + stream.name))
            }
        }
        if routes.isEmpty, let only {
            throw CommandFailure("no zone configured here \(isExport ? "writes" : "reads") a stream '\(only)'")
        }
        return routes
    }

    private func borders(of zone: ZoneName, _ keys: ZoneKeys) throws -> [Border] {
        switch zone {
        case .external:
            let file = try workspace.external()
            return [
                Border(
                    own: file.producer, peer: "relay", known: .externalToRelay, folders: file.boundary,
                    peerKey: { try keys.key(of: .relay) })
            ]
        case .relay:
            let file = try workspace.relay()
            func border(_ peer: String, _ folders: BoundaryUse, _ key: @escaping () throws -> VerifyingKey) -> Border {
                Border(
                    own: "relay", peer: peer, known: BoundaryStream(from: "relay", to: peer), folders: folders,
                    peerKey: key)
            }
            return [
                border("external", file.external) { try keys.key(of: .external) },
                border("internal", file.internalSide) { try keys.key(of: .internal) },
            ]
                + file.producers.map { producer in
                    border(producer.name, producer.boundary) { try keys.key(of: producer.name, at: producer.key) }
                }
        case .internal:
            return [
                Border(
                    own: "internal", peer: "relay", known: .internalToRelay,
                    folders: try workspace.internalZone().boundary, peerKey: { try keys.key(of: .relay) })
            ]
        }
    }

    private func span(_ carried: [BatchPosition]) -> String {
        guard let first = carried.first, let last = carried.last else { return "-" }
        return first == last ? "\(first)" : "\(first) to \(last)"
    }
}
