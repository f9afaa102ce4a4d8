public import Logging

/// Lets go of what is old, in small steps beside the work: every step is one short transaction, with a pause behind it.
public struct Housekeeping: Sendable {
    /// - Returns: true when there may be more to do at once.
    public typealias Step = @Sendable () async throws -> Bool

    private let steps: [Step]
    private let period: Duration
    private let pause: Duration
    private let logger: Logger

    public init(
        _ steps: [Step], every period: Duration = .seconds(600), pause: Duration = .milliseconds(100), logger: Logger
    ) {
        self.steps = steps
        self.period = period
        self.pause = pause
        self.logger = logger
    }

    /// Until its task is cancelled. What fails is logged and tried again in the next round.
    public func run() async throws {
        while true {
            for step in steps {
                do {
                    while try await step() { try await Task.sleep(for: pause) }
                } catch {
                    if Task.isCancelled { throw error }
                    logger.error("what is old could not be let go", metadata: ["error": "\(error)"])
                }
            }
            try await Task.sleep(for: period)
        }
    }
}
