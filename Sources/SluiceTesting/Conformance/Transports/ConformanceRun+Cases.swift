internal import SluiceSDK

// Each case in the order of a channel's life: what happens, and what must hold then.

extension ConformanceRun {
    func connectionRefused() async throws {
        try await put(0..<1)
        try await bench.cut()
        let transport = try await transport()
        try await expectTrouble(transport)
        await transport.close()
    }

    func connectionLate() async throws {
        try await put(0..<1)
        try await bench.cut()
        let transport = try await transport()
        try await expectTrouble(transport)
        try await bench.restore()
        let message = try await next(transport, isConnected: false)
        guard try number(message) == 0 else { throw failure("another message than the first came") }
        try await settle(message)
        await transport.close()
    }

    func brokenOff() async throws {
        try await put(0..<3, bytes: 300_000)
        try await bench.breakOff()
        let transport = try await transport()
        do {
            try await bounded("connect()") { try await transport.connect() }
            let message = try await bounded("next()") { try await transport.next() }
            throw failure(
                message == nil ? "next() says that there will be no more" : "a message came out of half a transfer")
        } catch let error as PluginError {
            try checkPassing(error)
        }
        // Or the case has shown nothing.
        guard try await bench.breaks() > 0 else { throw failure("the bench broke nothing off") }
        try await bench.restore()
        let first = try await next(transport, isConnected: false)
        guard try number(first) == 0 else { throw failure("the message that broke off was passed over") }
        try await settle(first)
        try await takeAll(1..<3, transport)
        await transport.close()
    }

    func acknowledgementLost() async throws {
        try await put(0..<2)
        let transport = try await transport()
        let first = try await next(transport, isConnected: false)
        commit(first)
        await transport.close()
        let restarted = try await self.transport()
        let second = try await next(restarted, isConnected: false)
        guard try number(second) == number(first) else {
            guard try number(second) == 1 else { throw failure("the restart went past the second message") }
            return await restarted.close()
        }
        try expectSame(first, second)
        try await settle(second)
        // Told again, as after a kill between telling and noting it.
        try await settle(second)
        try await takeAll(1..<2, restarted)
        await restarted.close()
    }

    func restartedBeforeJournal() async throws {
        try await put(0..<2)
        let transport = try await transport()
        let first = try await next(transport, isConnected: false)
        await transport.close()
        let restarted = try await self.transport()
        let again = try await next(restarted, isConnected: false)
        try expectSame(first, again)
        // The same object connecting again must give it again too.
        let third = try await next(restarted, isConnected: false)
        try expectSame(first, third)
        try await settle(third)
        try await takeAll(1..<2, restarted)
        await restarted.close()
    }

    func poison() async throws {
        try await put(0..<3)
        let transport = try await transport()
        let poison = try await next(transport, isConnected: false)
        try await settle(poison, isRejected: true)
        try await takeAll(1..<3, transport)
        if !type(of: bench).repeats, !(try await isSilent(transport)) {
            throw failure("a message came again after everything was settled")
        }
        await transport.close()
        guard !type(of: bench).repeats else { return }
        let restarted = try await self.transport()
        try await bounded("connect()") { try await restarted.connect() }
        guard try await isSilent(restarted) else { throw failure("a settled message came again after a restart") }
        await restarted.close()
    }

    func saturation() async throws {
        let size = 50_000
        try await put(0..<60, bytes: size)
        let before = try await bench.handedOut()
        let transport = try await transport()
        try await bounded("connect()") { try await transport.connect() }
        try await takeAll(0..<5, transport)
        if let before, let after = try await bench.handedOut() {
            // Three may be on their way, and lists and greetings have their share.
            let most = 8 * size + (128 << 10)
            guard after - before <= most else {
                throw failure("\(after - before) bytes were fetched for 5 messages of \(size): it hoards")
            }
        }
        try await takeAll(5..<60, transport)
        // And what is put while it runs.
        try await put(60..<70)
        try await takeAll(60..<70, transport)
        await transport.close()
    }

    func cancellation() async throws {
        let transport = try await transport()
        try await bounded("connect()") { try await transport.connect() }
        for _ in 0..<3 {
            guard try await isSilent(transport) else { throw failure("a message came though none was put") }
        }
        try await put(0..<2)
        try await takeAll(0..<2, transport)
        await transport.close()
    }

    func overLimit() async throws {
        try await put(0..<1, bytes: 20_000)
        try await put(1..<2)
        let transport = try await transport()
        try await bounded("connect()") { try await transport.connect() }
        switch type(of: bench).overLimit {
        case .refused(let code):
            let refused = try await next(transport)
            guard let fault = refused.refusal else { throw failure("the message over the limit was handed over") }
            guard fault.code == code else { throw failure("it was refused with \(fault.code), not with \(code)") }
            guard refused.message.bytes.count <= 2_000 else { throw failure("the refusal itself is over the limit") }
            try await settle(refused, isRejected: true)
            try await takeAll(1..<2, transport)
        case .reported(let code):
            try await takeAll(1..<2, transport)
            guard reports.contains(where: { $0.hasPrefix("[\(code)]") }) else {
                throw failure("\(code) was not reported; what was: \(reports)")
            }
        case .error(let code): try await standsStill(transport, code)
        }
        await transport.close()
    }

    /// A source that cannot go around it says why, in the same words each time.
    private func standsStill(_ transport: any Transport, _ code: String) async throws {
        for _ in 1...2 {
            do {
                _ = try await bounded("next()") { try await transport.next() }
                throw failure("something was handed over, and \(code) was to be said")
            } catch let error as PluginError {
                try checkPassing(error)
                guard error.code == code else { throw failure("it says \(error), and not \(code)") }
            }
        }
    }

    func closed() async throws {
        try await put(0..<2)
        let transport = try await transport()
        let message = try await next(transport, isConnected: false)
        try await bounded("close()") { await transport.close() }
        // What was in hand is acknowledged after the channel was told to stop.
        commit(message)
        var left = try await bench.openConnections() ?? 0
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while left > 0, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
            left = try await bench.openConnections() ?? 0
        }
        guard left == 0 else { throw failure("close() leaves \(left) connections open") }
        try await bounded("close() again") { await transport.close() }
    }

    /// Either `connect` or the first `next` says that nobody answers.
    private func expectTrouble(_ transport: any Transport) async throws {
        do {
            try await bounded("connect()") { try await transport.connect() }
            let message = try await bounded("next()") { try await transport.next() }
            throw failure(
                message == nil ? "nobody answers, and next() says there is no more" : "a message out of nowhere")
        } catch let error as PluginError {
            try checkPassing(error)
        }
    }

    private func expectSame(_ first: InboundMessage, _ again: InboundMessage) throws {
        guard first.message.bytes == again.message.bytes else {
            throw failure("the message came again with other bytes")
        }
        guard first.message.origin == again.message.origin else {
            throw failure("the message came again as \(again.message.origin), it was \(first.message.origin)")
        }
    }
}
