internal import SluiceSDK

extension InternalZone {
    /// Leases the handler's next events, in order, for the time that its configuration names.
    /// - Returns: CloudEvents 1.0 in JSON, one object each; empty when nothing waits.
    /// - Throws: `PullError`; anything else means that nothing could be leased.
    public func pull(limit: Int, for handlerID: String) async throws -> [[UInt8]] {
        let (handler, lease) = try puller(handlerID)
        let events = try await PullQueue(store: pipeline.store, handler: handler)
            .lease(limit: limit, for: lease, at: pipeline.clock())
        return try await renderer.render(events, for: handler)
    }

    /// Settles events by their CloudEvents ids, also those whose lease has expired. Idempotent.
    /// - Throws: `PullError`; anything else means that nothing was settled.
    public func acknowledge(_ eventIDs: [String], by handlerID: String) async throws -> PullSettlement {
        let (handler, _) = try puller(handlerID)
        return try await PullQueue(store: pipeline.store, handler: handler)
            .acknowledge(eventIDs, at: pipeline.clock())
    }

    private func puller(_ id: String) throws -> (RosterEntry, lease: Duration) {
        guard let handler = roster[id], let lease = handler.profile.lease else { throw PullError.isPushed }
        return (handler, lease)
    }
}
