internal import Logging
internal import SluiceSDK
internal import SluiceStore

/// Supervises one channel that fetches: connects, receives, acknowledges, and starts again after every failure.
///
/// Nothing that happens here reaches another channel.
struct ChannelRunner: Sendable {
    let channelID: String
    let transport: any Transport
    let intake: Intake
    let status: ChannelStatus
    /// `startup: disable` gives up when the first connection fails.
    let disablesAtStartup: Bool
    let logger: Logger

    private static let backoff = Backoff(first: .milliseconds(500), most: .seconds(60))

    func run() async {
        var attempt = 0
        while !Task.isCancelled {
            do {
                status.enter("connecting")
                try await transport.connect()
                status.enter("running")
                while let inbound = try await transport.next() {
                    // Not a child task: what is in hand is finished and acknowledged when the channel is stopped.
                    try await Task { try await carryIn(inbound) }.value
                    if Task.isCancelled { break }
                    attempt = 0
                }
                if !Task.isCancelled { status.enter("finished") }
                break
            } catch is CancellationError {
                break
            } catch {
                attempt += 1
                guard let pause = pause(after: error, attempt: attempt) else { break }
                try? await Task.sleep(for: pause)
            }
        }
        await transport.close()
    }

    /// How long to wait before the next connection; nil ends the channel until its configuration changes.
    private func pause(after error: any Error, attempt: Int) -> Duration? {
        status.failed("\(error)")
        logger.warning("channel failed", metadata: ["channel": "\(channelID)", "error": "\(error)"])
        guard let error = error as? PluginError else {
            status.enter("retrying", "\(error)")
            return Self.backoff.pause(attempt: attempt)
        }
        switch error.remedy {
        case .misconfigured, .rejected:
            status.enter("stopped", error.description)
            return nil
        case .notConnected where disablesAtStartup && attempt == 1:
            status.enter("disabled", error.description)
            return nil
        case .notConnected:
            status.enter("retrying", error.description)
            return Self.backoff.pause(attempt: attempt)
        case .retry(let after):
            status.enter("retrying", error.description)
            return after
        }
    }
}
