internal import SluiceSDK

/// One upstream at work.
protocol SimulatedUpstream: Sendable {
    /// Makes what has to be there before anybody looks, such as a table. May be called again.
    /// - Throws: what the database says.
    func prepare() async throws

    /// Offers matters until its task is cancelled. One that is asked has nothing to do here.
    func offer(to gateway: String) async

    /// nil when the request is not for this upstream.
    func answer(_ request: PushRequest, host: String) async -> PushResponse?

    /// Has no more to give from now on: whoever asks finds an empty page.
    func fallSilent()

    /// Looks where replies arrive that nobody is asked about, and enters them into the books.
    func readReplies() async
}

extension SimulatedUpstream {
    func prepare() async throws {}
    func offer(to gateway: String) async {}
    func answer(_ request: PushRequest, host: String) async -> PushResponse? { nil }
    func fallSilent() {}
    func readReplies() async {}
}

/// What all upstreams are made from.
struct UpstreamParts: Sendable {
    var channelID: String
    var writer: MessageWriter
    var matters: MatterMaker
    var books: SimulatorBooks
    var misbehaviour: Misbehaviour
    /// Matters in a second.
    var rate: Double
    var clock: @Sendable () -> Timestamp

    func make(_ count: Int) -> [Matter] {
        let now = clock()
        return (0..<count).map { _ in matters.next(at: now) }
    }

    /// False when the task was cancelled.
    static func pause(seconds: Double) async -> Bool {
        do {
            try await Task.sleep(for: .seconds(seconds))
            return true
        } catch {
            return false
        }
    }
}
