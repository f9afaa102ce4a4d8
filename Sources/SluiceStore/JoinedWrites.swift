internal import GRDB

/// Many small writes of one kind, made in one go where they wait at the same time: what they have in common, a counter
/// or a total, is written once for all of them.
///
/// Each has its own outcome. When they fail together, each is written again by itself, so that the one at fault fails
/// alone; `body` must therefore leave nothing behind but what it writes.
public final class JoinedWrites<Input: Sendable, Output: Sendable>: Sendable {
    /// One of them: touched on the commit queue alone once it waits.
    private final class Slot {
        let input: Input
        var output: Output?

        init(_ input: Input) { self.input = input }
    }

    private let body: @Sendable ([Input], Database) throws -> [Output]
    private let group: GroupCommit

    init(group: GroupCommit, body: @escaping @Sendable ([Input], Database) throws -> [Output]) {
        (self.group, self.body) = (group, body)
    }

    /// Returns after the sync, like `Store.commit`.
    public func commit(_ input: Input) async throws -> Output {
        try await withCheckedThrowingContinuation { continuation in
            group.submit(job(input, finish: { continuation.resume(with: $0) }))
        }
    }

    /// The same for a thread that may wait. Never on a cooperative one.
    public func commitAndWait(_ input: Input) throws -> Output {
        try group.wait(for: { job(input, finish: $0) })
    }

    private func job(_ input: Input, finish: @escaping (Result<Output, any Error>) -> Void) -> GroupJob {
        let slot = Slot(input)
        return GroupJob(
            family: ObjectIdentifier(self), slot: slot, run: { try self.run($0, in: $1) },
            finish: { error in
                if let error { return finish(.failure(error)) }
                finish(slot.output.map { .success($0) } ?? .failure(StoreError.unanswered))
            })
    }

    private func run(_ waiting: [AnyObject?], in db: Database) throws {
        let slots = waiting.compactMap { $0 as? Slot }
        let outputs = try body(slots.map { $0.input }, db)
        guard outputs.count == slots.count else { throw StoreError.unanswered }
        for index in slots.indices { slots[index].output = outputs[index] }
    }
}
