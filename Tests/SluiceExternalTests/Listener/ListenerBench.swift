import CurlKit
import Logging
import SluiceExternal
import SluiceSDK
import SluiceTLS
import Synchronization

/// A listener on a port of its own with one channel at `/channels/a`, and what came through.
final class ListenerBench: PushRouting {
    struct Transport: PushTransport {
        static let spec = PluginSpec("bench", "For tests.", ConfigSpec([]))
        let endpoint = PushEndpoint(path: "/channels/a")

        init() {}
        init(_ config: Config, context: ChannelContext) throws {}

        func admit(_ request: PushRequest) throws -> RawMessage {
            if request.header("x-key") == "wrong" { throw PushRefusal(401, "auth.failed", "not authenticated") }
            let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
            return RawMessage(bytes: request.body, contentType: request.header("content-type"), origin: query)
        }

        func answer(_ result: PushResult) -> PushResponse {
            switch result {
            case .journalled(let outcome): PushResponse(status: 200, body: Array("new \(outcome.new)".utf8))
            case .refused(let refusal): .error(refusal)
            }
        }
    }

    struct NotStored: Error {}

    let limits: ChannelLimits
    private let transport: any PushTransport
    private let received = Mutex<[RawMessage]>([])
    private let refusals = Mutex<[PushRefusal]>([])
    private let store: @Sendable (RawMessage) async throws -> MessageOutcome

    var messages: [RawMessage] { received.withLock { $0 } }
    var refused: [String] { refusals.withLock { $0.map(\.code) } }

    init(
        _ limits: ChannelLimits = ChannelLimits(), transport: any PushTransport = Transport(),
        store: @escaping @Sendable (RawMessage) async throws -> MessageOutcome = { _ in .one }
    ) {
        self.limits = limits
        self.transport = transport
        self.store = store
    }

    func route(path: String) -> PushRoute? {
        guard path == "/channels/a" else { return nil }
        return PushRoute(
            channelID: "a", transport: transport, limits: limits,
            receive: { [self] message in
                let outcome = try await store(message)
                received.withLock { $0.append(message) }
                return outcome
            },
            refused: { [self] refusal in refusals.withLock { $0.append(refusal) } })
    }

    /// Runs the listener for as long as `body` runs.
    func run<Value: Sendable>(
        _ listening: ListenerLimits = ListenerLimits(), tls: ListenerTLS? = nil,
        clock: @escaping @Sendable () -> Timestamp = { .now() },
        _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let listener = try PushListener(
            address: "127.0.0.1:0", tls: tls, routes: self, limits: listening, logger: logger, clock: clock)
        try await listener.bind()
        let port = listener.port ?? 0
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask {
                try await listener.run()
                return nil
            }
            group.addTask { try await body(port) }
            var result: Value?
            for try await value in group {
                if let value { result = value }
                group.cancelAll()
            }
            guard let result else { throw NotStored() }
            return result
        }
    }

    static func post(
        _ port: Int, _ path: String = "/channels/a", method: String = "POST", body: String = "{}",
        headers: [(name: String, value: String)] = []
    ) async throws -> CurlResponse {
        try await CurlClient.shared.perform(
            CurlRequest(method, "http://127.0.0.1:\(port)\(path)", headers: headers, body: Array(body.utf8)))
    }
}

extension MessageOutcome {
    static var one: MessageOutcome {
        var outcome = MessageOutcome()
        outcome.new = 1
        return outcome
    }
}

/// Lets those who wait go on when it is opened.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    var waiting: Int { state.withLock { $0.waiting.count } }

    func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}

/// Waits until something has come about; false when it does not within ten seconds.
func eventually(_ condition: @Sendable () -> Bool) async throws -> Bool {
    for _ in 0..<1000 {
        if condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return false
}
