internal import CPQ
internal import Glibc
internal import Synchronization

extension PostgresSession {
    /// From now on what is notified on this channel comes to `PostgresConnection.notification`.
    public func listen(_ channel: String) throws {
        try script("LISTEN " + Self.identifier(channel))
    }

    /// A name as a statement takes it, whatever stands in it.
    public static func identifier(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }

    /// A text as a statement takes it, for the few statements that take no parameters.
    public static func literal(_ text: String) -> String {
        "'" + text.replacing("'", with: "''") + "'"
    }

    func notification(
        until deadline: ContinuousClock.Instant, isWanted: () -> Bool
    ) throws -> PostgresNotification? {
        while true {
            guard isUsable, PQconsumeInput(connection) == 1 else { throw broken() }
            if let found = PQnotifies(connection) {
                defer { PQfreemem(found) }
                return PostgresNotification(
                    channel: String(cString: found.pointee.relname), payload: String(cString: found.pointee.extra))
            }
            try checkCancelled()
            guard ContinuousClock.now < deadline, !isWanted() else { return nil }
            _ = wake.wait(PQsocket(connection), for: POLLIN, until: deadline)
        }
    }

    func checkCancelled() throws {
        if mark?.isSet.load(ordering: .acquiring) == true { throw CancellationError() }
    }
}
