internal import Foundation
internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK
internal import SluiceStore

/// From a raw message to the journal: decode, map, stamp, commit. Returns after the sync and not before.
struct Intake: Sendable {
    let channelID: String
    let processor: RecordProcessor
    let stamp: Stamp
    let journal: Journal
    let configVersion: String
    let wantsReview: Bool
    /// The channel has `kind:`.
    let takesFollowUps: Bool
    /// What files may come with a ticket.
    let attachments: AttachmentRules
    let clock: @Sendable () -> Timestamp
    /// Large messages are decoded here, so that one channel's load never holds a cooperative thread.
    let queue: DispatchQueue
    /// nil where everything goes in clear.
    let sealer: TicketSealer?
    let scope: SealingScope
    /// nil where a person asks for a message to be decoded, whatever it did.
    let crashes: CrashRecord?

    private static let inlineLimit = 64 << 10

    func receive(_ message: RawMessage, checkpoint: String? = nil) async throws -> MessageOutcome {
        Failpoint.intakeReceived.reached()
        let (before, entry) = try await prepare(message, checkpoint: checkpoint)
        Failpoint.intakeDecoded.reached()
        let outcome = before + (try await journal.commit(entry))
        if outcome.rejects.first == Self.crash { crashes?.condemn(entry.digest) }
        return outcome
    }

    /// What the transport could not take, kept as a reject.
    func refuse(_ message: RawMessage, _ fault: RecordFault, checkpoint: String?) async throws -> MessageOutcome {
        try await journal.commit(
            try entry(
                message, digest: SHA256.hash(message.bytes), [.reject(fault, bytes: message.bytes)],
                receivedAt: clock(), checkpoint: checkpoint))
    }

    /// What is left to commit, and what became of the parts before it.
    func prepare(
        _ message: RawMessage, checkpoint: String?
    ) async throws -> (MessageOutcome, JournalEntry) {
        // Those that may wait for one another wait on threads that nobody else needs.
        guard message.bytes.count > Self.inlineLimit || crashes?.hasSuspects == true else {
            let digest = SHA256.hash(message.bytes)
            let records = decoded(digest) { _ in processor.process(message) }
            return (
                MessageOutcome(),
                try entry(
                    message, digest: digest, records ?? [.reject(Self.crash, bytes: message.bytes)],
                    receivedAt: clock(), checkpoint: checkpoint)
            )
        }
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try inParts(message, checkpoint: checkpoint) }) }
        }
    }

    /// nil when the message is not to be decoded.
    private func decoded<Value>(
        _ digest: [UInt8], _ decode: (CrashRecord.InHand) throws -> Value
    ) rethrows -> Value? {
        guard let crashes else { return try decode(CrashRecord.InHand()) }
        return try crashes.decode(digest, decode)
    }

    /// A message of many records takes the memory of one part, and others' commits come in between. Blocks the thread.
    ///
    /// The checkpoint and the acknowledgement belong to the last part. When it does not come to that, the source gives
    /// the message again, and what stands of it is absorbed.
    private func inParts(_ message: RawMessage, checkpoint: String?) throws -> (MessageOutcome, JournalEntry) {
        var part = MessagePart(message, receivedAt: clock())
        let end: Void? = try decoded(part.digest) { inHand in
            try processor.process(message) { (record: ProcessedRecord) throws(any Error) in
                if part.isFull { try inHand.aside { try commit(&part) } }
                part.add(record)
            }
        }
        if end == nil { part.add(.reject(Self.crash, bytes: message.bytes)) }
        return (part.before, try entry(part, checkpoint: checkpoint))
    }

    private func commit(_ part: inout MessagePart) throws {
        var entry = try entry(part, checkpoint: nil)
        entry.isContinued = true
        let (outcome, stored) = try journal.commitPart(entry)
        part.begin(after: outcome, stored: stored)
    }

    private func entry(_ part: MessagePart, checkpoint: String?) throws -> JournalEntry {
        var entry = try entry(
            part.message, digest: part.digest, part.records, receivedAt: part.receivedAt, checkpoint: checkpoint)
        entry.storedMessage = part.stored
        return entry
    }

    /// A reject again: the case's bytes as they stand now, received when they first arrived.
    func replay(_ reject: Reject, of message: RawMessage, by person: String) async throws -> MessageOutcome {
        let isRefused = reject.fault.stage == .admit
        let bytes = isRefused ? try RefusalCase.bytes(of: reject, message) : reject.currentBytes
        let isWhole = reject.fault.record == nil
        let again = RawMessage(
            bytes: bytes, contentType: message.contentType, origin: "reject \(reject.id), \(reject.origin)")
        let records = await withCheckedContinuation { continuation in
            queue.async {
                let found = isWhole ? processor.process(again) : [processor.process(record: bytes, of: message)]
                continuation.resume(returning: found)
            }
        }
        var entry = try entry(
            again, digest: SHA256.hash(bytes), records, receivedAt: reject.rejectedAt, checkpoint: nil)
        entry.replay = JournalReplay(
            reject: reject.id, person: person, isWholeMessage: isWhole, refused: isRefused ? reject.digest : nil)
        let outcome = try await journal.commit(entry)
        if reject.fault == Self.crash { crashes?.acquit(SHA256.hash(reject.bytes)) }
        return outcome
    }

    /// Not the message's fault for certain; a person finds out.
    private static let crash = RecordFault(
        .decode, "crash",
        "the process died twice while this message was being decoded, so it was not decoded again; a replay tries it once more"
    )

    private func entry(
        _ message: RawMessage, digest: [UInt8], _ records: [ProcessedRecord], receivedAt: Timestamp, checkpoint: String?
    ) throws -> JournalEntry {
        let raw = RawLineage(
            sha256: Hex.encode(digest), bytes: message.bytes.count, contentType: message.contentType,
            storedAt: receivedAt.rfc3339(in: stamp.zone))
        var entry = JournalEntry(
            channelID: channelID, message: message, digest: digest, receivedAt: receivedAt, committedAt: clock(),
            day: receivedAt.day(in: stamp.zone), configVersion: configVersion, wantsReview: wantsReview,
            checkpoint: checkpoint, keepsBodies: takesFollowUps)
        if scope == .whole { entry.atRest = sealer }
        let tickets = records.count(where: \.isTicket)
        if tickets > 0 { entry.sealing = try sealer?.session(scope, tickets: tickets) }
        for record in records {
            switch record {
            case .reject(let fault, let bytes):
                entry.rejects.append(JournalReject(fault: fault, bytes: bytes, digest: SHA256.hash(bytes)))
            case .ticket(let processed):
                let ticket = stamp.apply(to: processed, channelID: channelID, raw: raw, receivedAt: receivedAt)
                var taken = JournalTicket(ticket: ticket, outgoing: try entry.outgoing(ticket), processed: processed)
                taken.attachments = files(of: ticket, processed)
                entry.records.append(.ticket(taken))
            case .followUp(let kind, let processed, let bytes):
                let said = stamp.apply(to: processed, channelID: channelID, raw: raw, receivedAt: receivedAt)
                var followUp = JournalFollowUp(kind, processed, stamped: said, bytes: bytes)
                followUp.attachments = files(of: said, processed)
                entry.records.append(.followUp(followUp))
            }
        }
        return entry
    }
}

extension Intake {
    /// Files cross in clear, so that the relay can look at them: those of a confidential channel stay with the raw message.
    private func files(of ticket: IntakeTicket, _ processed: ProcessedTicket) -> [AttachmentDraft] {
        if scope == .whole { return [] }
        return AttachmentDraft.all(of: ticket, contents: processed.contents, rules: attachments)
    }

    /// A channel's, as its file says.
    /// - Throws: `ConfigIssue` or `ConfigIssues`.
    init(
        _ file: ChannelFile, settings: ExternalSettings, lookups: [String: [String: String]], plugins: ExternalPlugins,
        journal: Journal, crashes: CrashRecord?, clock: @escaping @Sendable () -> Timestamp
    ) throws {
        if file.isConfidential, settings.sealer == nil {
            throw ConfigIssue(
                at: file.place, .channelConfidential, "a confidential channel needs 'sealing: on' in external.yaml",
                hint: "write it there, or take 'confidential' away")
        }
        self.init(
            channelID: file.id,
            processor: try RecordProcessor(file, plugins: plugins, lookups: lookups, zone: settings.timeZone),
            stamp: Stamp(jurisdictionID: settings.jurisdiction, zone: settings.timeZone), journal: journal,
            configVersion: file.version, wantsReview: file.release == .review,
            takesFollowUps: file.kind != nil, attachments: file.attachments, clock: clock,
            queue: DispatchQueue(label: "sluice.decode.\(file.id)"), sealer: settings.sealer,
            scope: file.isConfidential ? .whole : .personal,
            crashes: crashes)
    }
}
