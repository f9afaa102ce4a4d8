import GRDB
@testable import SluiceBoundary
import SluiceSDK
import Testing

extension Border {
    /// Notes the items of a batch as taken.
    @Sendable static func note(_ db: Database, _ batch: InboundBatch) throws {
        for item in batch.items {
            try db.execute(
                sql: "INSERT INTO taken VALUES (?, ?, ?)",
                arguments: [item.number, item.item.id, String(decoding: item.item.body, as: UTF8.self)])
        }
    }

    /// Lets an inlet run until its stream stands still, and says why.
    func stopOfARunningInlet() async throws -> ChainBreak? {
        let inlet = inlet(options: .fast)
        let running = Task { try await inlet.run(consume: Self.note) }
        await eventually { try await inlet.stop() != nil }
        running.cancel()
        try await running.value
        return try await inlet.stop()
    }
}

extension InletOptions {
    /// Nobody is waited for.
    static let fast: InletOptions = {
        var options = InletOptions()
        (options.gapPatience, options.look, options.poll, options.retry) = (
            .zero, .zero, .milliseconds(1), .milliseconds(10)
        )
        return options
    }()
}

extension OutletOptions {
    static let fast: OutletOptions = {
        var options = OutletOptions()
        (options.poll, options.linger, options.retry) = (.milliseconds(1), .zero, .milliseconds(10))
        return options
    }()
}

/// Waits for what another task does; fails when it does not come.
func eventually(_ isTrue: () async throws -> Bool, sourceLocation: SourceLocation = #_sourceLocation) async {
    for _ in 0..<6000 {
        if (try? await isTrue()) == true { return }
        try? await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not come in time", sourceLocation: sourceLocation)
}
