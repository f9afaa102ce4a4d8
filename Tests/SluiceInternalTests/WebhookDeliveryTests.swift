import HTTPTypes
import Hummingbird
import ListenerKit
import Logging
import NIOCore
import SluiceConfig
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing
import WebhookSender

@testable import SluiceInternal

/// Deliveries over real sockets, by the plugin that carries them in production.
@Suite struct WebhookDeliveryTests {
    /// What one request said.
    struct Received: Sendable {
        var id: String
        var type: String
        var tickets: [String]
    }

    final class Inbox: Sendable {
        private let received = Mutex<[Received]>([])

        var all: [Received] { received.withLock { $0 } }

        /// How many there are now.
        func add(_ one: Received) -> Int {
            received.withLock { received in
                received.append(one)
                return received.count
            }
        }
    }

    /// A handler's web server: answers as it is told and remembers.
    private static func sink(
        _ answer: @escaping @Sendable (Int) -> HTTPResponse.Status,
        _ body: @escaping @Sendable (String, @escaping @Sendable () -> [Received]) async throws -> Void
    ) async throws {
        let inbox = Inbox()
        let router = Router()
        router.post("sluice") { request, _ -> HTTPResponse.Status in
            let bytes = try await request.body.collect(upTo: 8 << 20)
            let root = try JSONDocument.parse(Array(bytes.readableBytesView)).root
            var tickets: [String] = []
            root.forEachElement { tickets.append($0["data"]?["external_id"]?.string ?? "") }
            let one = Received(
                id: request.headers[HTTPField.Name("webhook-id")!] ?? "", type: request.headers[.contentType] ?? "",
                tickets: tickets)
            return answer(inbox.add(one))
        }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let quiet = logger
        let (ports, port) = AsyncStream<Int>.makeStream()
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { port.yield($0.localAddress?.port ?? 0) }, logger: quiet)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await GentleServer.run(app, grace: .milliseconds(100), logger: quiet)
                return false
            }
            group.addTask {
                for await port in ports {
                    try await body("http://127.0.0.1:\(port)/sluice") { inbox.all }
                    return true
                }
                return false
            }
            defer { group.cancelAll() }
            for try await isDone in group where isDone { return }
        }
    }

    private static func sender(_ url: String) throws -> WebhookSender {
        let literal: ConfigLiteral = ["url": .text(url), "secret": "s3cret"]
        return try WebhookSender(Config(literal, spec: WebhookSender.spec.config), handlerID: "desk")
    }

    @Test func aRefusedBatchComesAgainUnderItsIdAndEverythingArrives() async throws {
        try await Self.sink({ $0 == 1 ? .internalServerError : .ok }) { url, received in
            let bench = try Bench([
                .fallback(
                    sender: try Self.sender(url), retry: RetrySchedule([.milliseconds(1)]),
                    batch: BatchRule(size: 10, wait: .zero))
            ])
            try await bench.admit((1...25).map { .sample("A-\($0)") })
            try await bench.delivering {
                try await eventually("all were delivered") {
                    bench.clock.move(.seconds(1))
                    bench.zone.pipeline.workers.first?.ring()
                    return try await bench.day().count(.deliveriesDelivered) == 25
                }
            }
            let requests = received()
            #expect(requests.count == 4)
            #expect(requests.allSatisfy { $0.type == "application/cloudevents-batch+json" })
            let byID = Dictionary(grouping: requests, by: \.id)
            #expect(byID.count == 3)
            #expect(byID.values.allSatisfy { Set($0.map(\.tickets)).count == 1 })
            #expect(Set(requests.flatMap(\.tickets)).count == 25)
        }
    }

    @Test func aHandlerThatIsNotThereKeepsItsQueueAndSaysWhy() async throws {
        let bench = try Bench([.fallback(sender: try Self.sender("http://127.0.0.1:1/sluice"))])
        try await bench.admit([.sample("A-1")])
        try await bench.delivering {
            try await eventually("an attempt failed") {
                try await HandlerStatus.all(bench.store).first?.lastError != nil
            }
        }
        let status = try #require(try await HandlerStatus.all(bench.store).first)
        #expect(status.queue == 1)
        #expect(status.nextAttempt == Bench.start.adding(.seconds(5)))
        #expect(status.oldest == Bench.start)
    }
}
