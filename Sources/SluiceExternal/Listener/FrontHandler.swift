internal import NIOCore

/// Stands before the HTTP decoder, so that a sender of half a header is noticed too.
final class FrontHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    static let tooSlow = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    static let tooMany =
        "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

    private let handler: PushHandler?
    private var context: ChannelHandlerContext?

    /// - Parameter handler: nil when there are too many connections: this one is told so and closed.
    init(_ handler: PushHandler?) {
        self.handler = handler
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        if handler == nil { answerAndClose(Self.tooMany) }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let handler else { return }
        handler.bytesCame(self)
        context.fireChannelRead(data)
    }

    /// Writes past the encoder, for what answers no request.
    func answerAndClose(_ answer: String) {
        guard let context else { return }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer))).whenComplete { _ in
            channel.close(promise: nil)
        }
    }
}
