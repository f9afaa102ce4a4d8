internal import SluiceSDK
internal import SluiceStore

// The external zone's flow, in both directions.
//
// Inward, once for each raw message:
//
//     transport ── raw message ──▶ format ── records ──▶ mapping ── tickets and rejects ──▶ journal ══ synced
//                                                                                              │
//     source ◀── acknowledge ──────────────────────────────────────────────────────────────────┤
//                                                                                              ▼
//                                                            outbox ──▶ signed segment ──▶ relay
//
// Files that come with a ticket, or that it names, go the same way a few pieces at a time, and never hold it up:
//
//     journal ══ file's bytes, or its address ──▶ fetcher ──▶ pieces ══ synced ──▶ outbox, at most a batch of them
//
// Outward, once for each case event that the relay released:
//
//     relay ── signed segment ──▶ inlet ══ reply row, synced ──▶ channel's sender ──▶ source
//                                                                       │
//     relay ◀── signed segment ◀── outbox ◀══ notice, synced ◀── source's answer

extension ChannelRunner {
    /// One message on its way in. The source hears of it after the journal has committed and not before.
    func carryIn(_ inbound: InboundMessage) async throws {
        let outcome =
            if let fault = inbound.refusal {
                try await intake.refuse(inbound.message, fault, checkpoint: inbound.checkpoint)
            } else {
                try await intake.receive(inbound.message, checkpoint: inbound.checkpoint)
            }
        status.received(outcome)
        Failpoint.fetchAcknowledging.reached()
        try await inbound.acknowledge(outcome)
        Failpoint.fetchAcknowledged.reached()
    }
}

extension PushGate {
    /// One push on its way in; the listener answers with the outcome once this returns.
    func carryIn(_ message: RawMessage, to channel: CompiledChannel) async throws -> MessageOutcome {
        let outcome = try await channel.intake.receive(message)
        channel.status.received(outcome)
        return outcome
    }
}

extension ReplyCarrier {
    /// One reply on its way out. The answer is on its way inward in the same transaction that settles the reply.
    func carryOut(_ waiting: WaitingReply) async throws {
        try await markBeforeSending(waiting)
        let answer: SourceAnswer
        do {
            Failpoint.replySending.reached()
            answer = try await sender.send(waiting.reply)
            Failpoint.replySent.reached()
        } catch {
            // Stopped in the middle is no failure of the source.
            if Task.isCancelled { throw error }
            return try await postponeOrFail(waiting, after: PluginError(sending: error))
        }
        try await settle(waiting, .acknowledged(answer))
    }
}

extension PluginError {
    /// A sender says what is wrong; what it lets through is told by its kind alone, since its text may hold anything.
    fileprivate init(sending error: any Error) {
        self =
            error as? PluginError
            ?? PluginError(.retry(after: .zero), "reply.failed", "the sender failed with \(type(of: error))")
    }
}
