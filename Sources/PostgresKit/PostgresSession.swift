internal import CPQ
internal import Dispatch
internal import Foundation
internal import Glibc
internal import Synchronization

/// A connection while it is lent: statements run on the thread that calls, which is the connection's own.
///
/// Not Sendable, and not to be kept after the closure that it was lent to.
public final class PostgresSession {
    let wake: WakeUp
    let settings: PostgresSettings
    /// Of the piece of work that runs.
    var mark: CancelMark?
    /// True leaves a transaction open between two pieces of work; otherwise what a piece of work leaves open is rolled
    /// back.
    public var keepsTransaction = false
    /// Why it broke.
    var breakage: PostgresError?
    var connection: OpaquePointer?
    private let isStopping: () -> Bool
    /// When the server was last heard of, or asked.
    private var heard = ContinuousClock.now
    private var isCancelling = false
    private var cancelledAt = ContinuousClock.now
    /// Statements that the server has prepared, by their text.
    private var prepared: [String: String] = [:]
    private static let mostPrepared = 64

    init(_ wake: WakeUp, _ settings: PostgresSettings, isStopping: @escaping () -> Bool) {
        (self.wake, self.settings, self.isStopping) = (wake, settings, isStopping)
    }

    var isUsable: Bool { connection != nil && breakage == nil }

    /// `150004` for 15.4.
    public var serverVersion: Int { Int(PQserverVersion(connection)) }
    /// True when it is encrypted.
    public var isEncrypted: Bool { PQsslInUse(connection) == 1 }

    /// One statement, with its parameters kept apart from its text.
    /// - Parameter binary: rows come in their types' binary form.
    /// - Throws: `PostgresError`; `CancellationError`.
    @discardableResult
    public func query(
        _ sql: String, _ parameters: [PostgresValue] = [], binary: Bool = false
    ) throws -> PostgresResult {
        try send { connection in
            Self.withParameters(parameters) { count, values, lengths, formats in
                PQsendQueryParams(connection, sql, count, nil, values, lengths, formats, binary ? 1 : 0)
            }
        }
        return try result()
    }

    /// The same, planned once for each text and kept by the server: for what runs often.
    @discardableResult
    public func prepared(
        _ sql: String, _ parameters: [PostgresValue] = [], binary: Bool = false
    ) throws -> PostgresResult {
        let name = try name(of: sql)
        try send { connection in
            Self.withParameters(parameters) { count, values, lengths, formats in
                PQsendQueryPrepared(connection, name, count, values, lengths, formats, binary ? 1 : 0)
            }
        }
        return try result()
    }

    /// Any number of statements without parameters, in one transaction unless they say otherwise.
    public func script(_ sql: String) throws {
        try send { PQsendQuery($0, sql) }
        _ = try result()
    }

    /// Rows one at a time as they arrive, so that memory does not grow with their number.
    /// - Parameter body: gets a result of one row; false ends the statement.
    /// - Returns: the end of the statement: columns, and no rows; nil when `body` ended it.
    @discardableResult
    public func forEachRow(
        _ sql: String, _ parameters: [PostgresValue] = [], binary: Bool = false,
        _ body: (PostgresResult) throws -> Bool
    ) throws -> PostgresResult? {
        try send { connection in
            let isSent = Self.withParameters(parameters) { count, values, lengths, formats in
                PQsendQueryParams(connection, sql, count, nil, values, lengths, formats, binary ? 1 : 0)
            }
            return isSent == 1 ? PQsetSingleRowMode(connection) : 0
        }
        var columns: [String]?
        var failure: (any Error)?
        var end: PostgresResult?
        var wantsMore = true
        while let raw = try next() {
            guard PQresultStatus(raw) == PGRES_SINGLE_TUPLE else {
                if let error = self.error(of: raw) {
                    if wantsMore { failure = failure ?? meant(error) }
                    PQclear(raw)
                } else {
                    end = PostgresResult(raw, columns: nil)
                }
                continue
            }
            guard wantsMore else {
                PQclear(raw)
                continue
            }
            let row = PostgresResult(raw, columns: columns)
            columns = row.columns
            do { wantsMore = try body(row) } catch { (failure, wantsMore) = (error, false) }
            if !wantsMore { cancelStatement() }
        }
        if let failure { throw failure }
        return wantsMore ? end : nil
    }

    /// Statements that the server has prepared are forgotten: after a table has changed.
    public func forgetPrepared() throws {
        try script("DEALLOCATE ALL")
        prepared = [:]
    }

    /// BEGIN and COMMIT around `body`, ROLLBACK when it throws.
    ///
    /// When COMMIT itself ends in `postgres.broken`, nobody knows whether it happened.
    public func transaction<Value>(
        _ begin: String = "BEGIN", _ body: (PostgresSession) throws -> Value
    ) throws -> Value {
        try script(begin)
        let value: Value
        do {
            value = try body(self)
        } catch {
            rollBackWhatIsOpen()
            throw error
        }
        try script("COMMIT")
        return value
    }

    func rollBackWhatIsOpen() {
        guard isUsable, PQtransactionStatus(connection) != PQTRANS_IDLE else { return }
        let mark = mark
        self.mark = nil
        defer { self.mark = mark }
        do { try script("ROLLBACK") } catch { breakage = breakage ?? error as? PostgresError }
    }

    private func name(of sql: String) throws -> String {
        if let name = prepared[sql] { return name }
        if prepared.count >= Self.mostPrepared {
            try script("DEALLOCATE ALL")
            prepared = [:]
        }
        let name = "s\(prepared.count)"
        try send { PQsendPrepare($0, name, sql, 0, nil) }
        _ = try result()
        prepared[sql] = name
        return name
    }
}

// What lies beneath statements: sending, waiting, cancelling, and what a broken connection looks like.
extension PostgresSession {
    /// - Parameter body: hands a statement to libpq, which answers 0 when it does not take it.
    func send(_ body: (OpaquePointer) -> Int32) throws {
        guard let connection, breakage == nil else { throw breakage ?? PostgresError.closed }
        guard body(connection) == 1 else {
            guard PQstatus(connection) == CONNECTION_OK else { throw broken() }
            throw PostgresError("postgres.failed", String(cString: PQerrorMessage(connection)).trimmed)
        }
        heard = .now
        isCancelling = false
        try flush()
    }

    func flush() throws {
        while true {
            let left = PQflush(connection)
            if left == 0 { return }
            guard left > 0 else { throw broken() }
            let ready = try wait(for: POLLIN | POLLOUT)
            if ready & POLLIN != 0, PQconsumeInput(connection) == 0 { throw broken() }
        }
    }

    /// The statement's last result, when none of them is an error.
    func result() throws -> PostgresResult {
        var failure: PostgresError?
        var last: PostgresResult?
        while let raw = try next() {
            if let error = error(of: raw) {
                PQclear(raw)
                failure = failure ?? error
            } else if PQresultStatus(raw) == PGRES_COPY_IN || PQresultStatus(raw) == PGRES_COPY_OUT {
                return PostgresResult(raw, columns: nil)
            } else {
                last = PostgresResult(raw, columns: nil)
            }
        }
        if let failure { throw meant(failure) }
        guard let last else { throw broken() }
        return last
    }

    /// A statement that ended because the task was cancelled, and not by anybody else.
    func meant(_ failure: PostgresError) -> any Error {
        let isOurs = failure.sqlstate == "57014" && isCancelling && mark?.isSet.load(ordering: .acquiring) == true
        return isOurs ? CancellationError() : failure
    }

    /// The next result as libpq has it, to be cleared; nil after the last.
    func next() throws -> OpaquePointer? {
        while PQisBusy(connection) == 1 {
            let ready = try wait(for: POLLIN)
            guard ready != 0 else { continue }
            guard PQconsumeInput(connection) == 1 else { throw broken() }
            heard = .now
        }
        return PQgetResult(connection)
    }

    func error(of raw: OpaquePointer) -> PostgresError? {
        let status = PQresultStatus(raw)
        guard status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE || status == PGRES_EMPTY_QUERY else {
            return nil
        }
        if PQstatus(connection) == CONNECTION_BAD { return broken(PostgresError(result: raw)) }
        return PostgresError(result: raw)
    }

    /// Waits for the socket; cancels the statement when the task was cancelled, and gives a silent server up.
    private func wait(for events: Int32) throws -> Int32 {
        let limit = heard.advanced(by: settings.statementTimeout + settings.patience)
        let deadline = isCancelling ? min(limit, cancelledAt.advanced(by: settings.patience)) : limit
        let ready = wake.wait(PQsocket(connection), for: events, until: deadline)
        if isStopping() || mark?.isSet.load(ordering: .acquiring) == true { cancelStatement() }
        if let breakage { throw breakage }
        guard ready == 0, ContinuousClock.now >= deadline else { return ready }
        let error = PostgresError("postgres.broken", "the server does not answer; the connection is given up")
        throw broken(error)
    }

    /// Asks the server to end the statement that runs; at most once for each.
    ///
    /// libpq asks over a connection of its own and waits for its end without any limit: on a thread of its own, so that a
    /// server that has stopped answers nobody for ever. Over this connection nothing is sent before it is known how that
    /// ended: it could be the next statement that is cancelled.
    func cancelStatement() {
        guard !isCancelling, let handle = PQgetCancel(connection) else { return }
        isCancelling = true
        cancelledAt = .now
        let isDone = DispatchSemaphore(value: 0)
        // Touched by that thread alone from here on.
        nonisolated(unsafe) let asked = handle
        Thread.detachNewThread {
            var message = [CChar](repeating: 0, count: 256)
            _ = PQcancel(asked, &message, Int32(message.count))
            PQfreeCancel(asked)
            isDone.signal()
        }
        if isDone.wait(timeout: .now() + settings.patience.dispatch) == .timedOut {
            broken(PostgresError("postgres.broken", "the server does not answer; the connection is given up"))
        }
    }

    /// Marks the connection as gone.
    @discardableResult
    func broken(_ error: PostgresError? = nil) -> PostgresError {
        var error = error ?? PostgresError("postgres.broken", String(cString: PQerrorMessage(connection)).trimmed)
        // The server said goodbye with a reason of its own, or the line just ended.
        if !error.isConnectionLost { error.code = "postgres.broken" }
        breakage = breakage ?? error
        return error
    }

    static func withParameters(
        _ parameters: [PostgresValue],
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Int32
    ) -> Int32 {
        let encoded = parameters.map(\.encoded)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.reduce(1) { $0 + ($1?.count ?? 0) + 1 })
        let starts = encoded.map { value -> Int? in
            guard let value else { return nil }
            defer { bytes += value }
            return bytes.count
        }
        // An empty bytea still needs an address.
        bytes.append(0)
        return bytes.withUnsafeBytes { raw in
            let base = raw.bindMemory(to: CChar.self).baseAddress
            let values = starts.map { start in start.flatMap { base?.advanced(by: $0) } }
            let lengths = encoded.map { Int32($0?.count ?? 0) }
            let formats = parameters.map { Int32($0.isBinary ? 1 : 0) }
            return body(Int32(parameters.count), values, lengths, formats)
        }
    }
}

extension Duration {
    fileprivate var dispatch: DispatchTimeInterval {
        .milliseconds(Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000))
    }
}
