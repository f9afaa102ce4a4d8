internal import Foundation
internal import GRDB
internal import Synchronization

/// Collects what wants to be written and commits it together: one sync for all that wait.
final class GroupCommit: Sendable {
    /// Most jobs in one transaction: bounds how long the first one waits for the last.
    private static let largestGroup = 256

    /// Unchecked: made by the caller, then run and finished on the commit queue alone.
    private struct Job: @unchecked Sendable {
        let run: (Database) throws -> Void
        /// Told after the commit (nil) or with what went wrong.
        let finish: (Result<Void, any Error>) -> Void
    }

    private struct State {
        var waiting: [Job] = []
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
            // Written by the job, read by `finish`, both on the commit queue.
            nonisolated(unsafe) var value: Value?
            let job = Job(
                run: { value = try body($0) },
                finish: { result in
                    switch result {
                    case .success: continuation.resume(returning: value!)
                    case .failure(let error): continuation.resume(throwing: error)
                    }
                })
            submit(job)
        }
    }

    /// Blocks the thread until it is durable.
    func commitAndWait<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) throws -> Value {
        let isDone = DispatchSemaphore(value: 0)
        // Both written on the commit queue and read here, after the semaphore.
        nonisolated(unsafe) var value: Value?
        nonisolated(unsafe) var outcome = Result<Void, any Error>.success(())
        submit(
            Job(
                run: { value = try body($0) },
                finish: { result in
                    outcome = result
                    isDone.signal()
                }))
        isDone.wait()
        try outcome.get()
        return value!
    }

    func stop() {
        state.withLock { $0.isStopped = true }
        queue.sync {}
    }

    private func submit(_ job: Job) {
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
        case .refuse: job.finish(.failure(StoreError.stopped))
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

    private func commit(_ jobs: [Job]) {
        var results = [Result<Void, any Error>](repeating: .success(()), count: jobs.count)
        do {
            try pool.write { db in
                Failpoint.storeBegun.reached()
                for (index, job) in jobs.enumerated() {
                    do {
                        try db.inSavepoint {
                            try job.run(db)
                            return .commit
                        }
                    } catch {
                        // A full disk makes SQLite undo the whole transaction, also what others wrote before.
                        guard db.isInsideTransaction else { throw error }
                        results[index] = .failure(error)
                    }
                }
                Failpoint.storeWritten.reached()
            }
            Failpoint.storeSynced.reached()
        } catch {
            // Nothing of this group is durable: everybody hears so, and nobody is acknowledged.
            results = Array(repeating: .failure(error), count: jobs.count)
        }
        for (job, result) in zip(jobs, results) { job.finish(result) }
    }
}
