internal import Logging
internal import SluiceSDK
internal import SluiceStore
internal import SluiceTLS

/// What every connection of one listener shares: routes, counts, and the way from a request to its answer.
final class PushDesk: Sendable {
    let routes: any PushRouting
    let limits: ListenerLimits
    /// nil: connections are not encrypted.
    let tls: ListenerTLS?
    let admission: Admission
    let clock: @Sendable () -> Timestamp
    private let logger: Logger

    init(
        routes: any PushRouting, limits: ListenerLimits, tls: ListenerTLS?, logger: Logger,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.routes = routes
        self.limits = limits
        self.tls = tls
        self.logger = logger
        self.clock = clock
        admission = Admission(mostBodies: limits.bodies, clock: clock)
    }

    /// Checks the caller, journals the message and says what became of it. Success is only said of what is durable.
    func answer(_ received: ReceivedRequest) async -> PushResponse {
        let route = received.route
        do {
            let message = try route.transport.admit(received.request)
            let outcome = try await route.receive(message)
            Failpoint.pushAnswering.reached()
            return route.transport.answer(.journalled(outcome))
        } catch let refusal as PushRefusal {
            return answer(refusing: refusal, on: route)
        } catch {
            logger.error(
                "a pushed message was not stored", metadata: ["channel": "\(route.channelID)", "error": "\(error)"])
            return answer(refusing: ListenerAnswer.notStored, on: route)
        }
    }

    /// The refusal in the words that the channel's upstream knows, with the headers that HTTP wants.
    func answer(refusing refusal: PushRefusal, on route: PushRoute) -> PushResponse {
        route.refused(refusal)
        var response = route.transport.answer(.refused(refusal))
        let names = Set(response.headers.map { $0.name.lowercased() })
        response.headers += refusal.headers.filter { !names.contains($0.name.lowercased()) }
        return response
    }
}
