import SluiceBoundary
import SluiceConfig
import SluiceExternal
import SluiceInternal
import SluiceRelay
import SluiceSDK
import SluiceStore
import SluiceTLS

/// What counts as ill in each zone.
enum AlertConditions {
    /// Channels that do not run, and channels that are silent against what their file expects (`silent_after`).
    /// - Parameter start: since when silence can be heard: this process's start.
    static func external(
        _ zone: ExternalZone, start: Timestamp, now: Timestamp
    ) async throws -> [AlertCondition] {
        let channels = zone.channels
        let reports = Dictionary(
            uniqueKeysWithValues: try await ChannelReport.all(in: zone.store).map { ($0.channelID, $0) })
        // A channel that has left the configuration keeps its last state; nobody has to mend it.
        let known = channels.keys.compactMap { reports[$0] }
        var out = known.filter { ["retrying", "stopped", "misconfigured"].contains($0.state) }
            .map { AlertCondition("channel.ill", $0.channelID, "\($0.state): \($0.detail ?? $0.lastError ?? "")") }
        for channel in channels.values.compactMap({ $0 }) {
            // Nobody expects anything of a channel that a person has paused.
            guard let limit = channel.silentAfter, reports[channel.id]?.state != "paused" else { continue }
            let last = max(reports[channel.id]?.lastMessageAt ?? start, start)
            if last.adding(limit) < now {
                out.append(
                    AlertCondition("channel.silent", channel.id, "nothing has arrived since \(Timestamps.text(last))"))
            }
        }
        return out.sorted { ($0.kind, $0.subject) < ($1.kind, $1.subject) } + stopped(try await [zone.boundaryStop()])
            + illness(of: "external", zone.problems)
    }

    /// - Parameter heldAlert: how long an item may wait for a person.
    static func relay(
        _ zone: RelayZone, heldAlert: Duration = .seconds(86_400), now: Timestamp = .now()
    ) async throws -> [AlertCondition] {
        let late = try await zone.desk.waiting().filter { $0.oldest.adding(heldAlert) < now }
        return late.map {
            AlertCondition(
                "quarantine.waiting", $0.channelID,
                "\($0.count) items are held, the oldest since \(Timestamps.text($0.oldest)); `sluice quarantine list --held`"
            )
        } + stopped(try await zone.stops()) + illness(of: "relay", zone.problems)
    }

    /// Handlers that have failed and whose oldest event has waited for five minutes.
    static func internalZone(_ zone: InternalZone, store: Store, now: Timestamp) async throws -> [AlertCondition] {
        let patience = Duration.seconds(300)
        let failing = try await HandlerStatus.all(store).filter { status in
            guard status.failedAttempts > 0, let oldest = status.oldest else { return false }
            return oldest.adding(patience) < now
        }
        return failing.map { AlertCondition("handler.failing", $0.id, $0.lastError ?? "its events wait") }
            + stopped(try await [zone.boundaryStop()]) + illness(of: "internal", zone.problems)
    }

    /// A certificate to seal to that cannot be used.
    static func sealing(_ sealer: TicketSealer?) -> [AlertCondition] {
        sealer?.problem.map { [AlertCondition("sealing.certificate", "external", $0)] } ?? []
    }

    /// What this side keeps because it could not admit it.
    static func refused(_ store: Store) async throws -> [AlertCondition] {
        let refused = Dictionary(grouping: try await RefusedDesk(store: store).list(), by: \.channelID)
        return refused.sorted { $0.key < $1.key }.map { channel, rows in
            AlertCondition(
                "ticket.refused", channel,
                "\(rows.count) items could not be admitted, \(rows[0].code); `sluice tickets refused`")
        }
    }

    /// A certificate that has ended or ends soon, or a new one that could not be taken.
    static func listener(_ tls: ListenerTLS?) -> [AlertCondition] {
        tls?.trouble.map { [AlertCondition("listener.certificate", "listen", $0)] } ?? []
    }

    private static func illness(of zone: String, _ problems: [String]) -> [AlertCondition] {
        problems.isEmpty ? [] : [AlertCondition("stream.failing", zone, problems.joined(separator: "; "))]
    }

    private static func stopped(_ stops: [ChainBreak?]) -> [AlertCondition] {
        stops.compactMap { $0 }.map { AlertCondition("stream.stopped", $0.stream.name, $0.description) }
    }
}
