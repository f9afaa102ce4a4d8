internal import SluiceSDK
internal import Synchronization

/// One case of a sender's life.
struct SenderRun: Sendable {
    typealias Send = @Sendable (Parcel) async throws -> Void

    let scenario: SenderCase
    let bench: any SenderBench
    private let patience: Duration

    private static let first = Parcel(id: "reply-0001", text: "已修复：灯头\"更换\" & <线路>。")
    private static let second = Parcel(id: "reply-0002", text: "第二次答复")

    init(_ scenario: SenderCase, _ bench: any SenderBench, patience: Duration) {
        (self.scenario, self.bench, self.patience) = (scenario, bench, patience)
    }

    func taken() async throws {
        let send = try await bench.sender()
        try await must(send, Self.first)
        try await must(send, Self.second)
        let arrivals = try await bench.arrivals()
        guard arrivals.map(\.text) == [Self.first.text, Self.second.text] else {
            throw failure("two were sent, and there is \(arrivals)")
        }
        guard Set(arrivals.map(\.id)).count == 2 else { throw failure("two parcels go under one id") }
    }

    func repeated() async throws {
        let send = try await bench.sender()
        for _ in 1...2 { try await must(send, Self.first) }
        try await must(try await bench.sender(), Self.first)
        try await arrivedOnceOrAgain(Self.first)
    }

    /// Trouble that passes: said as such, and afterwards the same sender brings it.
    func disturbed(_ mood: SenderMood) async throws {
        let send = try await bench.sender()
        try await bench.behave(mood)
        try checkPassing(try await trouble(send, Self.first))
        try await bench.behave(.well)
        try await must(send, Self.first)
        try await arrivedOnceOrAgain(Self.first)
    }

    func refused() async throws {
        let send = try await bench.sender()
        try await bench.behave(.refusing)
        let error = try await trouble(send, Self.first)
        guard error.code == type(of: bench).refusal else {
            throw failure("it says \(error), and not \(type(of: bench).refusal)")
        }
        guard try await bench.arrivals().isEmpty else { throw failure("what was refused has arrived") }
        try await bench.behave(.well)
        try await must(send, Self.second)
        try await arrivedOnceOrAgain(Self.second)
    }

    func answerLost() async throws {
        let send = try await bench.sender()
        try await bench.behave(.deaf)
        try checkPassing(try await trouble(send, Self.first))
        guard try await bench.disturbances() > 0 else { throw failure("the bench lost no answer") }
        guard try await bench.arrivals().map(\.text) == [Self.first.text] else {
            throw failure("the bench lost more than the answer")
        }
        try await bench.behave(.well)
        // By another sender: the process has died in between.
        try await must(try await bench.sender(), Self.first)
        try await arrivedOnceOrAgain(Self.first)
    }

    func brokenOff() async throws {
        let long = Parcel(id: "reply-0003", text: "begin-" + String(repeating: "x.", count: 150_000) + "-end")
        let send = try await bench.sender()
        try await bench.behave(.breaking)
        try checkPassing(try await trouble(send, long))
        guard try await bench.disturbances() > 0 else { throw failure("the bench broke nothing off") }
        guard try await bench.arrivals().isEmpty else { throw failure("half of it has arrived as if it were all") }
        try await bench.behave(.well)
        // A server that has just lost a connection may lose one more: that is tried again, as in life.
        for attempt in 1...5 {
            do {
                try await must(send, long)
                break
            } catch let error as PluginError where attempt < 5 {
                try checkPassing(error)
            }
        }
        try await arrivedOnceOrAgain(long)
    }

    func retryAfter() async throws {
        let send = try await bench.sender()
        try await bench.behave(.busy(77))
        let error = try await trouble(send, Self.first)
        guard error.remedy == .retry(after: .seconds(77)) else {
            throw failure("77 s were asked for, it says \(error)")
        }
        try await bench.behave(.well)
        try await must(send, Self.first)
        try await arrivedOnceOrAgain(Self.first)
    }

    func injection() async throws {
        let hostile = [
            "../../etc/passwd", "..", "/etc/passwd", "a\r\nX-Bad: 1\r\n\r\nbody", "a\nDELE x", "a\u{0}b",
            "\"}],\"x\":[{\"",
            "<a>&amp;</a>]]>", "{reply.id}", "%00%2e%2e%2f", "a?b=c#d", "\u{202E}txt.exe", ".hidden", "a b/c\\d", "*",
            "'; rm",
            String(repeating: "长", count: 300),
        ]
        let send = try await bench.sender()
        var sent: [Parcel] = []
        for (index, word) in hostile.enumerated() {
            // Where a number can only be refused, it is; nothing is sent of it then.
            let parcel = Parcel(
                id: "reply-\(1000 + index)", number: word, text: "\(index): 第一行 \(word.filter { $0 >= " " })")
            do {
                try await bounded("sending") { try await send(parcel) }
                sent.append(parcel)
            } catch let error as PluginError where error.remedy == .rejected {
                continue
            }
        }
        guard !sent.isEmpty else { throw failure("every number was refused") }
        let arrivals = try await bench.arrivals()
        guard arrivals.count == sent.count, Set(arrivals.map(\.id)).count == sent.count else {
            throw failure("\(sent.count) were sent, and \(arrivals.count) have arrived: \(arrivals.map(\.id))")
        }
        let missing = Set(sent.map(\.text)).subtracting(arrivals.map(\.text))
        guard missing.isEmpty else { throw failure("these have not arrived as they were: \(missing)") }
    }

    func cancellation() async throws {
        let send = try await bench.sender()
        try await bench.behave(.silent)
        let waiting = Task { try await send(Self.first) }
        try await Task.sleep(for: .milliseconds(100))
        waiting.cancel()
        let isSent = try await bounded("a cancelled send") { (try? await waiting.value) != nil }
        guard !isSent else { throw failure("nobody answered, and it says that it was taken") }
        try await bench.behave(.well)
        try await must(send, Self.first)
        try await arrivedOnceOrAgain(Self.first)
    }

    func atOnce() async throws {
        let send = try await bench.sender()
        let parcels = (0..<12).map { Parcel(id: "reply-\(2000 + $0)", number: "A-\($0)", text: "第 \($0) 件：已办结") }
        try await bounded("sending many at once") {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for parcel in parcels { group.addTask { try await send(parcel) } }
                try await group.waitForAll()
            }
        }
        let arrivals = try await bench.arrivals()
        guard arrivals.map(\.text).sorted() == parcels.map(\.text).sorted(), Set(arrivals.map(\.id)).count == 12 else {
            throw failure("twelve were sent at once, and there is \(arrivals)")
        }
    }

    func failure(_ reason: String) -> SenderConformanceFailure {
        SenderConformanceFailure(scenario: scenario, reason: reason)
    }

    private func must(_ send: @escaping Send, _ parcel: Parcel) async throws {
        try await bounded("sending") { try await send(parcel) }
    }

    private func trouble(_ send: @escaping Send, _ parcel: Parcel) async throws -> PluginError {
        do {
            try await bounded("sending") { try await send(parcel) }
        } catch let error as PluginError {
            guard !error.code.isEmpty, !error.reason.isEmpty else {
                throw failure("an error without a code or a reason")
            }
            guard !error.reason.contains(parcel.text) else {
                throw failure("an error that tells the text: \(error.code)")
            }
            return error
        }
        throw failure("it says that it was taken")
    }

    private func checkPassing(_ error: PluginError) throws {
        switch error.remedy {
        case .notConnected, .retry: return
        case .rejected, .misconfigured: throw failure("\(error) gives the parcel up, and this trouble passes by itself")
        }
    }

    /// It may have come more than once, but only under one id, and only whole.
    private func arrivedOnceOrAgain(_ parcel: Parcel) async throws {
        let arrivals = try await bench.arrivals()
        guard let first = arrivals.first else { throw failure("nothing has arrived") }
        guard arrivals.allSatisfy({ $0 == first }) else {
            throw failure("one parcel has arrived as several: \(arrivals.map(\.id))")
        }
        guard first.text == parcel.text else { throw failure("it has arrived with another text") }
    }

    /// Runs something that must end by itself; what does not is left behind and called a failure.
    private func bounded<Value: Sendable>(
        _ what: String, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let value = try await Bounded.run(patience, body) else {
            throw failure("\(what) does not end within \(patience)")
        }
        return value
    }
}
