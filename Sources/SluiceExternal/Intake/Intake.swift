internal import Foundation
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
    let clock: @Sendable () -> Timestamp
    /// Large messages are decoded here, so that one channel's load never holds a cooperative thread.
    let queue: DispatchQueue

    private static let inlineLimit = 64 << 10

    func receive(_ message: RawMessage, checkpoint: String? = nil) async throws -> MessageOutcome {
        let entry = await prepare(message, checkpoint: checkpoint)
        return try await journal.commit(entry)
    }

    private func prepare(_ message: RawMessage, checkpoint: String?) async -> JournalEntry {
        guard message.bytes.count > Self.inlineLimit else { return entry(message, checkpoint: checkpoint) }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: entry(message, checkpoint: checkpoint)) }
        }
    }

    private func entry(_ message: RawMessage, checkpoint: String?) -> JournalEntry {
        let receivedAt = clock()
        let digest = SHA256.hash(message.bytes)
        let raw = RawLineage(
            sha256: Hex.encode(digest), bytes: message.bytes.count, contentType: message.contentType,
            storedAt: receivedAt.rfc3339(in: stamp.zone))
        var entry = JournalEntry(
            channelID: channelID, message: message, digest: digest, receivedAt: receivedAt,
            day: receivedAt.day(in: stamp.zone), configVersion: configVersion, wantsReview: wantsReview,
            checkpoint: checkpoint)
        for record in processor.process(message) {
            switch record {
            case .reject(let fault, let bytes):
                entry.rejects.append(JournalReject(fault: fault, bytes: bytes, digest: SHA256.hash(bytes)))
            case .ticket(let processed):
                let ticket = stamp.apply(to: processed, channelID: channelID, raw: raw, receivedAt: receivedAt)
                entry.tickets.append(JournalTicket(ticket: ticket, body: ticket.json(), processed: processed))
            }
        }
        return entry
    }
}
