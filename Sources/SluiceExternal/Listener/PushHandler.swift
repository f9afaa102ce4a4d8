internal import NIOCore
internal import NIOHTTP1
internal import SluiceSDK
internal import SluiceTLS

/// One connection: feeds the reader, performs what it says, and keeps the sender's time.
final class PushHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let desk: PushDesk
    private var reader: RequestReader?
    private var clock: RequestClock
    private var timer: Scheduled<Void>?
    private var timerDeadline = Int64.max
    private var context: ChannelHandlerContext?
    private var executor: LoopExecutor?
    private weak var front: FrontHandler?
    private var version = HTTPVersion.http1_1
    /// False from the moment that this connection ends with its next answer.
    private var isKept = true
    private var isClosed = false

    init(desk: PushDesk) {
        self.desk = desk
        clock = RequestClock(limits: desk.limits, now: Self.now)
    }

    private static var now: Int64 { Int64(NIODeadline.now().uptimeNanoseconds) }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        executor = LoopExecutor(context.eventLoop)
        reader = RequestReader(desk: desk, remoteAddress: context.channel.remoteAddress?.ipAddress ?? "")
        arm()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        isClosed = true
        timer?.cancel()
        timer = nil
        reader = nil
        self.context = nil
    }

    /// From the handler at the very front: bytes, before they make a request.
    func bytesCame(_ front: FrontHandler) {
        self.front = front
        clock.bytesCame(now: Self.now)
        arm()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            version = head.version
            isKept = isKept && head.isKeepAlive
            if let tls = desk.tls, reader?.peer == nil { reader?.peer = tls.peer(of: context.channel) }
            guard let (action, allowed) = reader?.head(head) else { return }
            clock.headerCame(allowed: allowed, now: Self.now)
            arm()
            perform(action)
        case .body(let chunk):
            if let action = reader?.body(chunk) { perform(action) }
        case .end:
            if clock.phase == .draining { return close() }
            clock.requestEnded()
            if let action = reader?.end() { perform(action) }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            // The sender has nothing more to say but may still wait for its answer.
            isKept = false
            if clock.phase != .answering { close() }
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        desk.tls?.failed(error, on: context.channel)
        close()
    }

    private func perform(_ action: RequestReader.Action) {
        switch action {
        case .wait: break
        case .sendContinue:
            guard let context else { return }
            let head = HTTPResponseHead(version: version, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        case .answer(let response):
            write(response)
        case .answerAndClose(let response):
            isKept = false
            write(response)
        case .handle(let received): handle(received)
        }
    }

    private func handle(_ received: ReceivedRequest) {
        guard let context, let executor else { return }
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        let desk = desk
        Task(executorPreference: executor) {
            let response = await desk.answer(received)
            // The sender may have its next request on the way before this task is gone.
            received.inHand.leave()
            this.value.write(response)
        }
    }

    private func write(_ response: PushResponse) {
        guard let context, !isClosed else { return }
        let isComplete = clock.phase == .answering
        var head = HTTPResponseHead(version: version, status: .init(statusCode: response.status))
        for (name, value) in response.headers { head.headers.add(name: name, value: value) }
        head.headers.replaceOrAdd(name: "Content-Length", value: String(response.body.count))
        if !isKept { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        let written = context.eventLoop.makePromise(of: Void.self)
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        let ends = !isKept && isComplete
        written.futureResult.whenComplete { result in
            if case .failure = result { return this.value.close() }
            if ends { this.value.close() }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
        if isComplete { clock.answered(now: Self.now) } else { clock.answeredEarly(now: Self.now) }
        arm()
    }

    private func close() {
        isClosed = true
        context?.close(promise: nil)
    }

    /// One timer a connection: it is only moved when a deadline comes closer, otherwise it looks again when it rings.
    private func arm() {
        guard let context, !isClosed, clock.deadline < timerDeadline else { return }
        timer?.cancel()
        timerDeadline = clock.deadline
        let this = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: .uptimeNanoseconds(UInt64(timerDeadline))) {
            this.value.ring()
        }
    }

    private func ring() {
        timer = nil
        timerDeadline = .max
        guard clock.deadline <= Self.now else { return arm() }
        switch clock.phase {
        case .idle, .draining: close()
        case .header:
            // No request yet that the pipeline could be answering.
            isClosed = true
            front?.answerAndClose(FrontHandler.tooSlow)
        case .body: if let action = reader?.timedOut() { perform(action) }
        case .answering: break
        }
    }
}
