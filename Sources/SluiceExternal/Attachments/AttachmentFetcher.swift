internal import CurlKit
internal import GRDB
internal import Logging
internal import SluiceBoundary
internal import SluiceConfig
internal import SluiceSDK
internal import SluiceStore

/// Fetches the files that tickets name, a few at a time, and keeps what became of each. A ticket never waits for it.
struct AttachmentFetcher: Sendable {
    let store: Store
    /// Set when files are to be fetched.
    let signal: Signal
    /// A channel's rules as they stand now; nil for one that does not run.
    let rules: @Sendable (String) -> AttachmentRules?
    /// Wakes who sends files on.
    let fetched: @Sendable () -> Void
    /// Wakes the outlet: the inside hears of what will not come.
    let forward: @Sendable () -> Void
    let clock: @Sendable () -> Timestamp
    let logger: Logger
    private let client = CurlClient(connectionsPerHost: 2, connections: AttachmentFetcher.atOnce)

    /// Files in hand at once: so much memory at most, times the size of one.
    private static let atOnce = 4

    init(
        store: Store, signal: Signal, rules: @escaping @Sendable (String) -> AttachmentRules?,
        fetched: @escaping @Sendable () -> Void, forward: @escaping @Sendable () -> Void,
        clock: @escaping @Sendable () -> Timestamp, logger: Logger
    ) {
        (self.store, self.signal, self.rules, self.fetched) = (store, signal, rules, fetched)
        (self.forward, self.clock, self.logger) = (forward, clock, logger)
    }

    /// Until its task is cancelled.
    func run() async throws {
        while true {
            do {
                if try await step() > 0 { continue }
            } catch {
                if Task.isCancelled { throw error }
                logger.error("files could not be fetched", metadata: ["error": "\(error)"])
            }
            await signal.wait(upTo: .seconds(1))
            try Task.checkCancellation()
        }
    }

    /// One round over what is due.
    /// - Returns: how many files it asked for.
    func step() async throws -> Int {
        let now = clock()
        let due = try await store.read { try WaitingFile.due(at: now, limit: Self.atOnce, in: $0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for file in due { group.addTask { try await fetch(file) } }
            try await group.waitForAll()
        }
        return due.count
    }

    private func fetch(_ file: WaitingFile) async throws {
        guard let rules = rules(file.channelID), let fetch = rules.fetch else {
            return try await settle(file, .failure(.init(code: "fetch.channel", isFinal: true)), nil)
        }
        let fetching = FileFetch(client: client, rules: fetch, mostBytes: rules.size)
        do {
            let bytes = try await fetching.run(file.url)
            try await settle(file, check(bytes, file), fetch)
        } catch let failure as FetchFailure {
            try await settle(file, .failure(failure), fetch)
        }
    }

    /// What the source says of the file itself must hold.
    private func check(_ bytes: [UInt8], _ file: WaitingFile) -> Result<[UInt8], FetchFailure> {
        if bytes.isEmpty { return .failure(.init(code: "fetch.empty", isFinal: false)) }
        if let wanted = file.wanted, Hex.encode(SHA256.hash(bytes)) != wanted {
            return .failure(.init(code: "fetch.digest", isFinal: false))
        }
        return .success(bytes)
    }

    private func settle(
        _ file: WaitingFile, _ result: Result<[UInt8], FetchFailure>, _ rules: AttachmentRules.Fetch?
    ) async throws {
        let now = clock()
        switch result {
        case .success(let bytes):
            let digest = Hex.encode(SHA256.hash(bytes))
            Failpoint.attachmentFetched.reached()
            try await store.commit { try AttachmentBook.keep(bytes, sha256: digest, of: file.id, at: now, in: $0) }
            Failpoint.attachmentKept.reached()
            fetched()
        case .failure(let failure):
            let attempts = file.attempts + 1
            guard let rules, !failure.isFinal, attempts < rules.attempts else {
                try await store.commit { try AttachmentBook.fail(file.id, code: failure.code, at: now, in: $0) }
                logger.warning(
                    "a file will not come",
                    metadata: [
                        "channel": "\(file.channelID)", "attachment": "\(file.attachmentID)", "code": "\(failure.code)",
                    ])
                return forward()
            }
            let pause = Self.pause(attempts, rules)
            try await store.commit {
                try WaitingFile.postpone(
                    file.id, attempts: attempts, code: failure.code, until: now.adding(pause), at: now, in: $0)
            }
        }
    }

    private static func pause(_ attempts: Int, _ rules: AttachmentRules.Fetch) -> Duration {
        var pause = rules.firstPause
        for _ in 1..<max(2, attempts) where pause < rules.longestPause { pause = pause * 2 }
        return min(pause, rules.longestPause)
    }
}

/// A file that is still at its source.
struct WaitingFile: Sendable {
    var id: Int64
    var attachmentID: String
    var channelID: String
    var url: String
    var wanted: String?
    var attempts: Int

    /// One of every channel before a second of any: a channel whose files hang does not stop the others' files.
    static func due(at now: Timestamp, limit: Int, in db: Database) throws -> [WaitingFile] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, attachment_id, channel, media_url, wanted, attempts FROM (
                    SELECT *, row_number() OVER (PARTITION BY channel ORDER BY next_at) AS turn FROM attachment
                    WHERE state = 'fetching' AND next_at <= ?)
                ORDER BY turn, next_at LIMIT ?
                """, arguments: [now.milliseconds, limit]
        ).map {
            WaitingFile(
                id: $0[0], attachmentID: $0[1], channelID: $0[2], url: $0[3] ?? "", wanted: $0[4], attempts: $0[5])
        }
    }

    static func postpone(
        _ id: Int64, attempts: Int, code: String, until time: Timestamp, at now: Timestamp, in db: Database
    ) throws {
        try db.execute(
            sql: """
                UPDATE attachment SET attempts = ?, code = ?, next_at = ?, changed_at = ?
                WHERE id = ? AND state = 'fetching'
                """, arguments: [attempts, code, time.milliseconds, now.milliseconds, id])
    }
}
