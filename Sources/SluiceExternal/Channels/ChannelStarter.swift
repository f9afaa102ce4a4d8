internal import Logging
internal import SluiceConfig
internal import SluiceBoundary
internal import SluiceSDK
internal import SluiceStore

/// Sets a compiled channel to work: its push endpoint or its fetching, and its replies.
struct ChannelStarter: Sendable {
    let gate: PushGate
    let settings: ExternalSettings
    let store: Store
    let outlet: Outlet
    let bells: ReplyBells
    let clock: @Sendable () -> Timestamp
    let logger: Logger

    func start(_ channel: CompiledChannel) -> LiveChannel {
        let runner = runner(channel)
        let carrier = carrier(channel)
        if case .push(let transport) = channel.source { gate.open(channel, transport: transport) }
        return LiveChannel(
            work: Task {
                await withTaskGroup(of: Void.self) { group in
                    if let runner { group.addTask { await runner.run() } }
                    if let carrier { group.addTask { await carry(carrier, channel) } }
                }
            })
    }

    /// Pushes are answered "later", so that the upstream keeps them.
    func hold(_ channel: CompiledChannel) {
        if case .push(let transport) = channel.source { gate.hold(channel, transport: transport) }
    }

    func close(_ channel: CompiledChannel) {
        if case .push(let transport) = channel.source { gate.close(channel, transport: transport) }
    }

    private func runner(_ channel: CompiledChannel) -> ChannelRunner? {
        guard case .fetch(let transport) = channel.source else { return nil }
        return ChannelRunner(
            channelID: channel.id, transport: transport, intake: channel.intake, status: channel.status,
            disablesAtStartup: channel.file.startup == .disable, logger: logger)
    }

    private func carrier(_ channel: CompiledChannel) -> ReplyCarrier? {
        guard let use = channel.file.reply, let sender = channel.replySender else { return nil }
        let outlet = outlet
        return ReplyCarrier(
            channelID: channel.id, sender: sender, policy: ReplyPolicy(use), store: store, zone: settings.timeZone,
            status: channel.status, bell: bells, forward: { outlet.notify() }, clock: clock, logger: logger)
    }

    /// A store that cannot be read is this channel's trouble for a second, not the zone's end.
    private func carry(_ carrier: ReplyCarrier, _ channel: CompiledChannel) async {
        while !Task.isCancelled {
            do {
                try await carrier.run()
            } catch is CancellationError {
                return
            } catch {
                channel.status.failed("replies: \(error)")
                logger.error("replies", metadata: ["channel": "\(channel.id)", "error": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }
}

/// One version of a channel at work.
struct LiveChannel: Sendable {
    let work: Task<Void, Never>

    /// Returns when nothing is in hand any more.
    func stop() async {
        work.cancel()
        await work.value
    }
}
