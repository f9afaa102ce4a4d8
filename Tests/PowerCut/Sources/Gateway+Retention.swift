#if DEBUG
    import GRDB
    import SluiceBoundary
    import SluiceSDK

    @testable import SluiceExternal
    @testable import SluiceInternal
    @testable import SluiceRelay
    @testable import SluiceStore

    /// Housekeeping with no patience: what has its end is let go of as soon as the clock has moved, so that it happens
    /// within a run. Tickets with the keys that they share go, and whole days of the quarantine; cases stay.
    extension Gateway {
        func externalLetsGo() async throws {
            let retention = ExternalRetention(
                store: external, raw: { _ in .zero }, closed: .zero, window: .zero, clock: Self.clock)
            for step in retention.steps { while try await step() {} }
        }

        func relayLetsGo() async throws {
            let retention = RelayRetention(
                store: relay, zone: .shanghai, age: .zero, window: .zero, clock: Self.clock,
                streams: [.relayToInternal, .relayToExternal])
            for step in retention.steps { while try await step() {} }
        }

        func insideLetsGo() async throws {
            let retention = InternalRetention(store: inside, cases: nil, window: .zero, clock: Self.clock)
            for step in retention.steps { while try await step() {} }
        }

        /// Keys that tickets have shared: how many were ever made, and how many are still there.
        func sharedKeys() async throws -> (made: Int, kept: Int) {
            try await external.read { db in
                let made = "SELECT seq FROM sqlite_sequence WHERE name = 'sealing_key'"
                return (
                    try Int.fetchOne(db, sql: made) ?? 0,
                    try Int.fetchOne(db, sql: "SELECT count(*) FROM sealing_key") ?? 0
                )
            }
        }

        /// Batches in the quarantine that hold keys of their items.
        func quarantinedKeys() async throws -> Int {
            try await relay.read { db in
                try Int.fetchOne(db, sql: "SELECT count(*) FROM batch WHERE keys IS NOT NULL") ?? 0
            }
        }
    }
#endif
