internal import NIOCore
internal import NIOHTTP1
internal import SluiceSDK

/// A complete request and whose it is. It keeps its place among the requests in hand until it is let go.
struct ReceivedRequest: Sendable {
    var request: PushRequest
    var route: PushRoute
    var inHand: InHand
}

/// Reads the requests of one connection, one after the other, and says what to do. It performs nothing itself.
struct RequestReader {
    enum Action {
        case wait
        case sendContinue
        /// The request is complete and may be answered as it stands.
        case answer(PushResponse)
        /// Answer now and close: too much would still have to be read.
        case answerAndClose(PushResponse)
        case handle(ReceivedRequest)
    }

    private enum State {
        case waiting
        case reading
        /// Refused, but small enough to be read to its end, so that the connection can stay.
        case skipping(PushResponse)
        case discarding
    }

    private let desk: PushDesk
    private let remoteAddress: String
    /// Who calls by its certificate; known when the handshake is done.
    var peer: PeerCertificate?
    private var state = State.waiting
    private var received: ReceivedRequest?
    /// Bytes that were reserved for this body when its length was announced.
    private var reserved = 0

    /// Bodies of refused requests up to this size are read to their end.
    private static let mostSkipped = 64 << 10

    init(desk: PushDesk, remoteAddress: String) {
        self.desk = desk
        self.remoteAddress = remoteAddress
    }

    /// - Returns: what to do, and how long the whole request may take.
    mutating func head(_ head: HTTPRequestHead) -> (Action, allowed: Duration) {
        let target = RequestTarget(head.uri)
        guard let route = desk.routes.route(path: target.path) else {
            return (refuse(head, ListenerAnswer.unknownPath), ChannelLimits().time)
        }
        do throws(PushRefusal) {
            try Self.check(head, route)
            received = try admit(head, target, route)
            state = .reading
        } catch {
            return (refuse(head, desk.answer(refusing: error, on: route)), route.limits.time)
        }
        let isExpectant = head.headers.first(name: "expect")?.lowercased() == "100-continue"
        return (isExpectant ? .sendContinue : .wait, route.limits.time)
    }

    mutating func body(_ chunk: ByteBuffer) -> Action {
        guard case .reading = state, let limits = received?.route.limits else { return .wait }
        let total = (received?.request.body.count ?? 0) + chunk.readableBytes
        if total > limits.message { return fail(ListenerAnswer.tooLarge(limits)) }
        if total > reserved {
            guard received?.inHand.grow(by: total - reserved) == true else { return fail(ListenerAnswer.noMemory) }
            reserved = total
        }
        received?.request.body.append(contentsOf: chunk.readableBytesView)
        return .wait
    }

    mutating func end() -> Action {
        defer {
            state = .waiting
            received = nil
        }
        switch state {
        case .waiting, .discarding: return .wait
        case .skipping(let response): return .answer(response)
        case .reading: return received.map(Action.handle) ?? .wait
        }
    }

    /// The sender took too long.
    mutating func timedOut() -> Action {
        switch state {
        case .reading: return fail(ListenerAnswer.tooSlow)
        case .skipping(let response):
            state = .discarding
            return .answerAndClose(response)
        case .waiting, .discarding: return .wait
        }
    }

    private mutating func fail(_ refusal: PushRefusal) -> Action {
        guard let route = received?.route else { return .wait }
        state = .discarding
        received = nil
        return .answerAndClose(desk.answer(refusing: refusal, on: route))
    }

    private mutating func refuse(_ head: HTTPRequestHead, _ response: PushResponse) -> Action {
        let isChunked = head.headers.contains(name: "transfer-encoding")
        let isExpectant = head.headers.contains(name: "expect")
        if !isChunked && !isExpectant && head.announcedLength ?? 0 <= Self.mostSkipped {
            state = .skipping(response)
            return .wait
        }
        state = .discarding
        return .answerAndClose(response)
    }

    private static func check(_ head: HTTPRequestHead, _ route: PushRoute) throws(PushRefusal) {
        let endpoint = route.transport.endpoint
        guard endpoint.methods.contains(head.method.rawValue) else { throw ListenerAnswer.wrongMethod(endpoint) }
        let encoding = head.headers.first(name: "content-encoding")?.lowercased() ?? "identity"
        guard encoding == "identity" else { throw ListenerAnswer.encoded }
        if let length = head.announcedLength, length > route.limits.message {
            throw ListenerAnswer.tooLarge(route.limits)
        }
    }

    private mutating func admit(
        _ head: HTTPRequestHead, _ target: RequestTarget, _ route: PushRoute
    ) throws(PushRefusal) -> ReceivedRequest {
        let inHand = try desk.admission.enter(route.channelID, route.limits)
        reserved = head.announcedLength ?? 0
        guard inHand.grow(by: reserved) else { throw ListenerAnswer.noMemory }
        let request = PushRequest(
            method: head.method.rawValue, path: target.path, query: target.query,
            headers: head.headers.map { ($0.name.lowercased(), $0.value) }, body: [], remoteAddress: remoteAddress,
            peer: peer, now: desk.clock().seconds)
        return ReceivedRequest(request: request, route: route, inHand: inHand)
    }
}

extension HTTPRequestHead {
    fileprivate var announcedLength: Int? { headers.first(name: "content-length").flatMap { Int($0) } }
}
