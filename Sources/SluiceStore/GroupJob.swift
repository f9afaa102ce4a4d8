internal import GRDB

/// What waits for a group commit.
///
/// `@unchecked Sendable`: made by its caller, then run and finished on the commit queue alone.
final class GroupJob: @unchecked Sendable {
    /// Jobs of one family are run together; nil is alone.
    let family: ObjectIdentifier?
    /// What its family knows it by.
    let slot: AnyObject?
    /// Given the slots of all that are run together, its own among them.
    let run: ([AnyObject?], Database) throws -> Void
    /// Told after the commit (nil) or with what went wrong.
    let finish: ((any Error)?) -> Void

    init(
        family: ObjectIdentifier? = nil, slot: AnyObject? = nil,
        run: @escaping ([AnyObject?], Database) throws -> Void, finish: @escaping ((any Error)?) -> Void
    ) {
        (self.family, self.slot, self.run, self.finish) = (family, slot, run, finish)
    }

    /// One write by itself.
    convenience init<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value, finish: @escaping (Result<Value, any Error>) -> Void
    ) {
        // Written by `run`, read by `finish`, both on the commit queue.
        nonisolated(unsafe) var value: Value?
        self.init(
            run: { _, db in value = try body(db) },
            finish: { error in
                if let error { return finish(.failure(error)) }
                finish(value.map { .success($0) } ?? .failure(StoreError.unanswered))
            })
    }
}
