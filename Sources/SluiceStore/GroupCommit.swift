internal import Foundation
internal import GRDB
internal import Synchronization

/// Collects what wants to be written and commits it together: one sync for all that wait.
final class GroupCommit: Sendable {
    /// Most jobs in one transaction: bounds how long the first one waits for the last.
    private static let largestGroup = 256

    private struct State {
        var waiting: [GroupJob] = []
        var isBusy = false
        var isStopped = false
    }

    private let pool: DatabasePool
    private let queue: DispatchQueue
    private let state = Mutex(State())

    init(pool: DatabasePool, label: String) {
        self.pool = pool
        queue = DispatchQueue(label: "sluice.commit.\(label)")
    }

    func commit<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            submit(GroupJob(body, finish: { continuation.resume(with: $0) }))
        }
    }

    /// Blocks the thread until it is durable.
    func commitAndWait<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) throws -> Value {
        try wait(for: { GroupJob(body, finish: $0) })
    }

    /// Blocks the thread until a job is finished.
    func wait<Value: Sendable>(
        for job: (_ finish: @escaping (Result<Value, any Error>) -> Void) -> GroupJob
    ) throws -> Value {
        let isDone = DispatchSemaphore(value: 0)
        // Written on the commit queue and read here, after the semaphore.
        nonisolated(unsafe) var outcome: Result<Value, any Error>?
        submit(
            job { result in
                outcome = result
                isDone.signal()
            })
        isDone.wait()
        guard let outcome else { throw StoreError.unanswered }
        return try outcome.get()
    }

    var waiting: Int { state.withLock(\.waiting.count) }

    func stop() {
        state.withLock { $0.isStopped = true }
        queue.sync {}
    }

    func submit(_ job: GroupJob) {
        enum Next { case wait, drain, refuse }
        let next: Next = state.withLock { state in
            if state.isStopped { return .refuse }
            state.waiting.append(job)
            if state.isBusy { return .wait }
            state.isBusy = true
            return .drain
        }
        switch next {
        case .wait: break
        case .refuse: job.finish(StoreError.stopped)
        case .drain: queue.async { self.drain() }
        }
    }

    private func drain() {
        while true {
            let jobs = state.withLock { state in
                let jobs = Array(state.waiting.prefix(Self.largestGroup))
                state.waiting.removeFirst(jobs.count)
                if jobs.isEmpty { state.isBusy = false }
                return jobs
            }
            if jobs.isEmpty { return }
            commit(jobs)
        }
    }

    private func commit(_ jobs: [GroupJob]) {
        var failures: [ObjectIdentifier: any Error] = [:]
        do {
            try pool.write { db in
                Failpoint.storeBegun.reached()
                if jobs.count == 1 {
                    // The transaction is its own: what fails is undone with it, and no page is kept for a savepoint.
                    try jobs[0].run([jobs[0].slot], db)
                } else {
                    for family in Self.families(of: jobs) { try run(family, in: db, &failures) }
                }
                Failpoint.storeWritten.reached()
            }
            Failpoint.storeSynced.reached()
        } catch {
            // Nothing of this group is durable: everybody hears so, and nobody is acknowledged.
            for job in jobs { job.finish(error) }
            return
        }
        for job in jobs { job.finish(failures[ObjectIdentifier(job)]) }
    }

    /// Those that are written together, in the order of the first of each.
    private static func families(of jobs: [GroupJob]) -> [[GroupJob]] {
        var families: [[GroupJob]] = []
        var places: [ObjectIdentifier: Int] = [:]
        for job in jobs {
            if let family = job.family, let place = places[family] {
                families[place].append(job)
            } else {
                if let family = job.family { places[family] = families.count }
                families.append([job])
            }
        }
        return families
    }

    /// In a savepoint: what fails is undone alone. When several fail together, each is tried by itself.
    private func run(
        _ jobs: [GroupJob], in db: Database, _ failures: inout [ObjectIdentifier: any Error]
    ) throws {
        do {
            try db.inSavepoint {
                try jobs[0].run(jobs.map(\.slot), db)
                return .commit
            }
        } catch {
            // A full disk makes SQLite undo the whole transaction, also what others wrote before.
            guard db.isInsideTransaction else { throw error }
            if jobs.count == 1 {
                failures[ObjectIdentifier(jobs[0])] = error
            } else {
                for job in jobs { try run([job], in: db, &failures) }
            }
        }
    }
}
