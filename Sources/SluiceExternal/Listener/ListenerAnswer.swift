internal import SluiceSDK

/// What the listener itself refuses, and how it says so. Nothing here tells a stranger about channels or insides.
enum ListenerAnswer {
    static let unknownPath = PushResponse.error(PushRefusal(404, "not-found", "there is nothing here"))

    static let tooSlow = PushRefusal(408, "limit.time", "the request took too long to arrive; send it again")

    static let noMemory = PushRefusal(
        503, "limit.memory", "too much is being received at once; send again later", headers: [("Retry-After", "2")])

    static let notStored = PushRefusal(
        503, "not-stored", "the message was not stored; send it again", headers: [("Retry-After", "5")])

    static let encoded = PushRefusal(
        415, "content-encoding", "compressed bodies are not taken; send without Content-Encoding",
        headers: [("Accept-Encoding", "identity")])

    static func tooLarge(_ limits: ChannelLimits) -> PushRefusal {
        PushRefusal(413, "limit.message", "the body is larger than \(limits.message) bytes; send it in smaller parts")
    }

    static func wrongMethod(_ endpoint: PushEndpoint) -> PushRefusal {
        let methods = endpoint.methods.joined(separator: ", ")
        return PushRefusal(405, "method", "use \(methods)", headers: [("Allow", methods)])
    }
}
