internal import CZstd
internal import Synchronization

/// zstd's working memory, some hundred KiB, used again by whoever comes next. There are as many as threads that packed
/// at once.
///
/// `@unchecked Sendable`: a context stands in the list or is held by the one that took it out, under the lock.
final class PackContext: @unchecked Sendable {
    static let compressing = PackContext { ZSTD_createCCtx() }
    static let decompressing = PackContext { ZSTD_createDCtx() }

    private let make: @Sendable () -> OpaquePointer?
    private nonisolated(unsafe) var free: [OpaquePointer] = []
    private let lock = Mutex(())

    init(make: @escaping @Sendable () -> OpaquePointer?) { self.make = make }

    /// nil is handed on where there is no memory; zstd answers that with an error.
    func use<Result>(_ body: (OpaquePointer?) -> Result) -> Result {
        let context = lock.withLock { _ in free.popLast() } ?? make()
        defer { if let context { lock.withLock { _ in free.append(context) } } }
        return body(context)
    }
}
