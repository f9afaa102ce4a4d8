internal import Foundation
package import SluiceBoundary
internal import SluiceConfig
package import SluiceSDK
package import SluiceStore

/// A message's way into the journal in its two steps, for who measures each by itself.
package struct IntakeSteps: Sendable {
    /// Decoded, mapped, stamped and sealed; stored is nothing of it.
    package struct Prepared: Sendable { fileprivate let entry: JournalEntry }

    private let intake: Intake

    /// - Parameters:
    ///   - store: made with `ExternalStore.schema`.
    ///   - sealer: nil where everything goes in clear.
    package init(
        channelID: String, processor: RecordProcessor, jurisdiction: String, zone: Zone, store: Store,
        sealer: TicketSealer?
    ) {
        intake = Intake(
            channelID: channelID, processor: processor, stamp: Stamp(jurisdictionID: jurisdiction, zone: zone),
            journal: Journal(store: store, channels: ChannelKeys(), forward: {}), configVersion: "",
            wantsReview: false, takesFollowUps: false, attachments: AttachmentRules(), clock: { .now() },
            queue: DispatchQueue(label: "sluice.decode.\(channelID)"), sealer: sealer, scope: .personal, crashes: nil)
    }

    /// - Parameter message: of no more records than go into one transaction.
    package func prepare(_ message: RawMessage) async throws -> Prepared {
        Prepared(entry: try await intake.prepare(message, checkpoint: nil).1)
    }

    /// Returns after the sync, as for every message that an upstream pushes.
    package func commit(_ prepared: Prepared) async throws -> MessageOutcome {
        try await intake.journal.commit(prepared.entry)
    }
}
