internal import NIOCore
internal import NIOHTTP1
internal import SluiceTLS

/// What stands on one connection, from the socket inwards: TLS, the front, HTTP, the handler.
extension PushListener {
    static func setUp(_ channel: any Channel, _ desk: PushDesk) throws {
        let handler = PushHandler(desk: desk)
        var decoder = NIOHTTPDecoderLimitConfiguration()
        decoder.maxHeaderFieldSize = 16 << 10
        decoder.maxHeaderListSize = 64 << 10
        decoder.maxHeaderFieldCount = 128
        let pipeline = channel.pipeline.syncOperations
        // The front hears nothing before the handshake is done, so its time is the time for the first header too.
        if let tls = desk.tls { try pipeline.addHandler(tls.handler()) }
        try pipeline.addHandler(FrontHandler(handler))
        try pipeline.configureHTTPServerPipeline(
            withEncoderConfiguration: .init(), withDecoderLimitConfiguration: decoder)
        try pipeline.addHandler(handler)
    }

    /// One connection too many. With TLS there are no words for it before a handshake, which is what is to be saved.
    static func turnAway(_ channel: any Channel, _ desk: PushDesk) throws {
        if desk.tls != nil { return channel.close(promise: nil) }
        try channel.pipeline.syncOperations.addHandler(FrontHandler(nil))
    }
}
