internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import SluiceTLS

/// Hummingbird's HTTP/1 behind TLS whose certificate may change while the server runs.
struct EncryptedChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let tls: ListenerTLS

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandlers([tls.handler(), HandshakeWatch(tls: tls)])
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Base.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

/// Tells of handshakes that fail, which the server itself keeps to itself.
private final class HandshakeWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let tls: ListenerTLS

    init(tls: ListenerTLS) {
        self.tls = tls
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        tls.failed(error, on: context.channel)
        context.fireErrorCaught(error)
    }
}

extension HTTPServerBuilder {
    /// What the handler API is served with. A caller that says nothing for 30 s, or does not finish its handshake by
    /// then, is let go.
    static func handlers(_ tls: ListenerTLS?) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            let base = HTTP1Channel(responder: responder, configuration: .init(idleTimeout: .seconds(30)))
            guard let tls else { return base }
            return EncryptedChannel(base: base, tls: tls)
        }
    }
}
