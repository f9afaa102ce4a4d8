internal import NIOCore
internal import NIOPosix
internal import ServerKit

/// A small mail server of our own, in the clear and on loopback: it takes replies where no real one is installed.
struct MailSink: Sendable {
    private let listener: any Channel

    var port: Int { listener.localAddress?.port ?? 0 }

    /// - Parameters:
    ///   - account: who has to log in; nil lets everybody send.
    ///   - onLetter: called with every letter that was taken.
    static func start(
        account: SMTPServer.Account?, onLetter: @escaping @Sendable ([UInt8]) -> Void
    ) async throws -> MailSink {
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        Handler(MailTalk(account: account), onLetter: onLetter))
                }
            }
        return MailSink(listener: try await bootstrap.bind(host: "127.0.0.1", port: 0).get())
    }

    func end() async { try? await listener.close() }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private var talk: MailTalk
        private let onLetter: @Sendable ([UInt8]) -> Void
        private var line: [UInt8] = []
        /// No line of a mail is longer, and no letter needs one that is.
        private static let longestLine = 64 << 10

        init(_ talk: MailTalk, onLetter: @escaping @Sendable ([UInt8]) -> Void) {
            (self.talk, self.onLetter) = (talk, onLetter)
        }

        func channelActive(context: ChannelHandlerContext) { say(MailTalk.greeting, context) }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            for byte in unwrapInboundIn(data).readableBytesView {
                guard byte == UInt8(ascii: "\n") else {
                    line.append(byte)
                    if line.count > Self.longestLine { return context.close(promise: nil) }
                    continue
                }
                if line.last == UInt8(ascii: "\r") { line.removeLast() }
                answer(talk.take(line), context)
                line.removeAll(keepingCapacity: true)
            }
        }

        private func answer(_ answer: MailTalk.Answer, _ context: ChannelHandlerContext) {
            // Entered before it is confirmed, as a mail server should.
            if let letter = answer.letter { onLetter(letter) }
            if let line = answer.line { say(line, context) }
            if answer.isEnd { context.close(promise: nil) }
        }

        private func say(_ line: String, _ context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: line + "\r\n")), promise: nil)
        }
    }
}
