import Foundation
import SluiceBoundary
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceSDK
import SluiceStore

/// What one zone tells of itself when it is asked. Counts are read from its store, so they survive a restart.
struct ZoneSignals: Sendable {
    /// `external`, `relay` or `internal`.
    let zone: String
    let store: Store
    /// What it reads, where that is more than the name says.
    var streams: [BoundaryStream]?
    let stops: @Sendable () async throws -> [ChainBreak]
    let problems: @Sendable () -> [String]
    let samples: @Sendable () async throws -> [Sample]

    /// Everything, with the streams and the store.
    func all() async throws -> [Sample] {
        var out = try await samples()
        let stopped = Set(try await stops().map(\.stream.name))
        for stream in streams ?? BoundaryStream.all where stream.to == zone {
            out.append(Sample(.streamStopped, [("stream", stream.name)], stopped.contains(stream.name) ? 1 : 0))
        }
        let attributes = try? FileManager.default.attributesOfItem(atPath: store.path)
        out.append(Sample(.storeBytes, [("zone", zone)], attributes?[.size] as? Int ?? 0))
        return out
    }

    /// Sentences about why this zone cannot do its work; empty when it can. Channels have a status of their own.
    func obstacles() async -> [String] {
        do {
            try await store.probe()
            return try await stops().map(\.description) + problems()
        } catch {
            return ["\(zone): the store does not answer: \(error)"]
        }
    }
}

extension BoundaryStream {
    static let all = [externalToRelay, relayToInternal, internalToRelay, relayToExternal]
}

extension ZoneSignals {
    static func external(_ zone: ExternalZone) -> ZoneSignals {
        ZoneSignals(
            zone: "external", store: zone.store, stops: { try await [zone.boundaryStop()].compactMap { $0 } },
            problems: { zone.problems }
        ) {
            var out: [Sample] = []
            for report in try await ChannelReport.all(in: zone.store) {
                let channel = (name: "channel", value: report.channelID)
                for outcome in ["new", "revised", "absorbed", "rejected"] {
                    out.append(Sample(.records, [channel, ("outcome", outcome)], report.counts[outcome] ?? 0))
                }
                out.append(Sample(.refused, [channel], report.counts["refused"] ?? 0))
                out.append(Sample(.channelState, [channel, ("state", report.state)], 1))
                if let last = report.lastMessageAt { out.append(Sample(.channelLastMessage, [channel], last.seconds)) }
            }
            for line in try await ReplyDesk(store: zone.store).counts() {
                out.append(Sample(.repliesToSend, [("channel", line.channelID), ("state", line.state)], line.count))
            }
            return out
        }
    }

    static func relay(_ zone: RelayZone, store: Store) -> ZoneSignals {
        ZoneSignals(
            zone: "relay", store: store, streams: zone.streams, stops: { try await zone.stops() },
            problems: { zone.problems }
        ) {
            var out: [Sample] = []
            let counts = Dictionary(grouping: try await zone.ledger.counts()) { $0.channelID }
            for (channelID, counts) in counts.sorted(by: { $0.key < $1.key }) {
                let channel = (name: "channel", value: channelID)
                let decisions = [
                    ("released", counts.map(\.released)), ("held", counts.map(\.held)),
                    ("rejected", counts.map(\.rejected)),
                ]
                for (decision, values) in decisions {
                    out.append(Sample(.itemsJudged, [channel, ("decision", decision)], values.reduce(0, +)))
                }
                out.append(Sample(.itemsTaken, [channel], counts.map(\.taken).reduce(0, +)))
            }
            for waiting in try await zone.desk.waiting() {
                let channel = (name: "channel", value: waiting.channelID)
                out.append(Sample(.itemsHeld, [channel], waiting.count))
                out.append(Sample(.itemsHeldOldest, [channel], waiting.oldest.seconds))
            }
            return out
        }
    }

    static func internalZone(_ zone: InternalZone, store: Store) -> ZoneSignals {
        ZoneSignals(
            zone: "internal", store: store, stops: { try await [zone.boundaryStop()].compactMap { $0 } },
            problems: { zone.problems }
        ) {
            var admitted: [String: Int] = [:]
            for day in try await zone.ledger.days() {
                let counts = try await zone.ledger.day(day)
                for (channel, count) in counts.counts[.itemsOpened] ?? [:] { admitted[channel, default: 0] += count }
                for (channel, count) in counts.counts[.itemsRevised] ?? [:] { admitted[channel, default: 0] += count }
            }
            var out = admitted.sorted { $0.key < $1.key }.map {
                Sample(.itemsAdmitted, [("channel", $0.key)], $0.value)
            }
            for status in try await HandlerStatus.all(store) {
                let handler = (name: "handler", value: status.id)
                out.append(Sample(.deliveries, [handler], status.delivered))
                out.append(Sample(.deliveryQueue, [handler], status.queue))
                out.append(Sample(.deliveryFailedAttempts, [handler], status.failedAttempts))
                if let oldest = status.oldest { out.append(Sample(.deliveryOldest, [handler], oldest.seconds)) }
            }
            return out
        }
    }
}
