internal import Foundation
internal import SluiceSDK
internal import Synchronization

/// One channel's life during a case: what the supervisor and the journal do, in small.
final class ConformanceRun: Sendable {
    let scenario: ConformanceCase
    let bench: any TransportBench
    private let limits: ChannelLimits
    private let patience: Duration
    private let state = Mutex(State())

    private struct State {
        var checkpoint: String?
        var reports: [String] = []
    }

    init(_ scenario: ConformanceCase, _ bench: any TransportBench, limits: ChannelLimits, patience: Duration) {
        (self.scenario, self.bench) = (scenario, bench)
        (self.limits, self.patience) = (limits, patience)
    }

    var reports: [String] { state.withLock { $0.reports } }

    /// A transport as the channel has it after a start.
    func transport() async throws -> any Transport {
        let checkpoint = state.withLock { $0.checkpoint }
        return try await bench.transport(
            ChannelContext(channelID: "conformance", limits: limits, checkpoint: checkpoint) { line in
                self.state.withLock { $0.reports.append(line) }
            })
    }

    /// The text of a message: begins and ends differently from any other's, so that half of one is known as such.
    static func text(_ number: Int, bytes: Int = 200) -> String {
        let mark = "\(1_000_000 + number)"
        return "begin-\(mark)-" + String(repeating: "x.", count: max(0, bytes - 26) / 2) + "-end-\(mark)"
    }

    func put(_ numbers: some Sequence<Int>, bytes: Int = 200) async throws {
        for number in numbers { try await bench.put(Self.text(number, bytes: bytes)) }
    }

    /// The next message, connecting again as the supervisor does when the transport asks for it.
    func next(_ transport: any Transport, isConnected: Bool = true) async throws -> InboundMessage {
        var isConnected = isConnected
        var last = "nothing came"
        let deadline = ContinuousClock.now.advanced(by: patience)
        while ContinuousClock.now < deadline {
            do {
                if !isConnected { try await bounded("connect()") { try await transport.connect() } }
                isConnected = true
                return try await received(transport)
            } catch let error as PluginError {
                try checkPassing(error)
                last = error.description
                isConnected = false
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        throw failure("no message in \(patience); the last that was said: \(last)")
    }

    /// Like the journal: keeps the checkpoint, and does not acknowledge.
    func commit(_ message: InboundMessage) {
        guard let checkpoint = message.checkpoint else { return }
        state.withLock { $0.checkpoint = checkpoint }
    }

    func settle(_ message: InboundMessage, isRejected: Bool = false) async throws {
        // It is written with every message.
        let size = message.checkpoint?.utf8.count ?? 0
        guard size <= 256 << 10 else { throw failure("a checkpoint of \(size) bytes") }
        commit(message)
        var outcome = MessageOutcome()
        if isRejected { outcome.rejected = 1 } else { outcome.new = 1 }
        try await bounded("acknowledge()") { [outcome] in try await message.acknowledge(outcome) }
    }

    /// Which message it is; half of one is none.
    func number(_ message: InboundMessage) throws -> Int {
        let text = String(decoding: message.message.bytes, as: UTF8.self)
        guard let begin = text.range(of: "begin-"), let number = Int(text[begin.upperBound...].prefix(7)) else {
            throw failure("a message came that was never put: \(text.prefix(60))")
        }
        guard text[begin.upperBound...].contains("-end-\(number)") else {
            throw failure("message \(number - 1_000_000) was handed over without its end")
        }
        return number - 1_000_000
    }

    /// Takes and settles messages until each of these has come.
    func takeAll(_ numbers: Range<Int>, _ transport: any Transport) async throws {
        var left = Set(numbers)
        var seen: [Int] = []
        while !left.isEmpty {
            let message = try await next(transport)
            let number = try number(message)
            if seen.contains(number), !type(of: bench).repeats { throw failure("message \(number) came twice") }
            if !seen.contains(number), let last = seen.last, number < last {
                throw failure("message \(number) came after \(last)")
            }
            seen.append(number)
            left.remove(number)
            try await settle(message)
        }
    }

    /// True when nothing comes during several looks of the transport at its upstream.
    func isSilent(_ transport: any Transport) async throws -> Bool {
        let waiting = Task { try await transport.next() }
        try await Task.sleep(for: .milliseconds(200))
        waiting.cancel()
        return try await bounded("next() after cancelling") { (try? await waiting.value) == nil }
    }

    /// Runs something that must end by itself; what does not is left behind and called a failure.
    func bounded<Value: Sendable>(
        _ what: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        if let value = try await Bounded.run(patience, body) { return value }
        throw failure("\(what) does not end within \(patience)")
    }

    func failure(_ reason: String) -> ConformanceFailure { ConformanceFailure(scenario: scenario, reason: reason) }

    /// Trouble of the upstream passes; an error that ends the channel for good is wrong then.
    func checkPassing(_ error: PluginError) throws {
        guard !error.code.isEmpty, !error.reason.isEmpty else { throw failure("an error without a code or a reason") }
        switch error.remedy {
        case .notConnected, .retry: return
        case .rejected, .misconfigured: throw failure("\(error) ends the channel, and this trouble passes by itself")
        }
    }

    private func received(_ transport: any Transport) async throws -> InboundMessage {
        guard let message = try await bounded("next()", { try await transport.next() }) else {
            throw failure("next() says that there will be no more")
        }
        return message
    }
}
