import CurlKit
import SluiceExternal
import SluiceSDK
import Synchronization
import Testing

@Suite struct PushListenerTests {
    @Test func pushedMessageIsStoredAndAnswered() async throws {
        let bench = ListenerBench()
        let response = try await bench.run { port in
            try await ListenerBench.post(
                port, "/channels/a?x=1%202&y=%E4%B8%AD", body: "{\"a\":1}",
                headers: [("Content-Type", "application/json")])
        }
        #expect(response.status == 200)
        #expect(response.text == "new 1")
        #expect(bench.messages.map(\.bytes) == [Array("{\"a\":1}".utf8)])
        #expect(bench.messages.first?.contentType == "application/json")
        #expect(bench.messages.first?.origin == "x=1 2;y=中")
    }

    @Test(arguments: ["/", "/channels/b", "/channels/a/", "/channels/%61", "/channels/x/../a", "//channels/a"])
    func unknownPathSaysNothing(path: String) async throws {
        let bench = ListenerBench()
        let response = try await bench.run { port in try await ListenerBench.post(port, path) }
        #expect(response.status == 404)
        #expect(response.text == #"{"error":{"code":"not-found","reason":"there is nothing here"}}"#)
        #expect(bench.messages.isEmpty)
    }

    @Test func wrongMethodIsToldTheRightOne() async throws {
        let bench = ListenerBench()
        let response = try await bench.run { port in try await ListenerBench.post(port, method: "GET", body: "") }
        #expect(response.status == 405)
        #expect(response.header("allow") == "POST")
        #expect(bench.refused == ["method"])
    }

    @Test func strangerIsRefusedAndNothingIsStored() async throws {
        let bench = ListenerBench()
        let response = try await bench.run { port in try await ListenerBench.post(port, headers: [("X-Key", "wrong")]) }
        #expect(response.status == 401)
        #expect(bench.messages.isEmpty)
        #expect(bench.refused == ["auth.failed"])
    }

    @Test func whatIsNotDurableIsNeverCalledASuccess() async throws {
        let bench = ListenerBench { _ in throw ListenerBench.NotStored() }
        let response = try await bench.run { port in try await ListenerBench.post(port) }
        #expect(response.status == 503)
        #expect(response.header("retry-after") == "5")
        #expect(response.text.contains("send it again"))
        #expect(!response.text.contains("NotStored"))
    }

    @Test func bodyOverTheLimitIsRefusedByItsAnnouncedLength() async throws {
        var limits = ChannelLimits()
        limits.message = 1000
        let bench = ListenerBench(limits)
        let answer = try await bench.run { port in
            let client = try RawClient(port: port)
            await client.send("POST /channels/a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nxx")
            return await client.rest()
        }
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.contains("Connection: close"))
        #expect(bench.refused == ["limit.message"])
    }

    @Test func bodyOverTheLimitIsRefusedWhileItComes() async throws {
        var limits = ChannelLimits()
        limits.message = 1000
        let bench = ListenerBench(limits)
        let answer = try await bench.run { port in
            let client = try RawClient(port: port)
            await client.send("POST /channels/a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in 0..<20 { await client.send("64\r\n\(String(repeating: "x", count: 100))\r\n") }
            return await client.rest()
        }
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(bench.messages.isEmpty)
    }

    @Test func bodyAtTheLimitIsTaken() async throws {
        var limits = ChannelLimits()
        limits.message = 1000
        let bench = ListenerBench(limits)
        let response = try await bench.run { port in
            try await ListenerBench.post(port, body: String(repeating: "x", count: 1000))
        }
        #expect(response.status == 200)
        #expect(bench.messages.first?.bytes.count == 1000)
    }

    @Test func compressedBodyIsRefusedWithTheReason() async throws {
        let bench = ListenerBench()
        let response = try await bench.run { port in
            try await ListenerBench.post(port, headers: [("Content-Encoding", "gzip")])
        }
        #expect(response.status == 415)
        #expect(response.text.contains("without Content-Encoding"))
    }

    @Test func rateIsKeptByTheGatewaysClock() async throws {
        var limits = ChannelLimits()
        limits.rate = 2
        let bench = ListenerBench(limits)
        let now = Mutex(Timestamp(seconds: 1000))
        let statuses = try await bench.run(clock: { now.withLock { $0 } }) { port in
            var responses: [CurlResponse] = []
            for _ in 0..<3 { responses.append(try await ListenerBench.post(port)) }
            now.withLock { $0 = $0.adding(.milliseconds(500)) }
            for _ in 0..<2 { responses.append(try await ListenerBench.post(port)) }
            return responses.map { ($0.status, $0.header("retry-after")) }
        }
        #expect(statuses.map(\.0) == [200, 200, 429, 200, 429])
        #expect(statuses[2].1 == "1")
        #expect(bench.refused == ["limit.rate", "limit.rate"])
    }

    @Test func requestsInHandAreBounded() async throws {
        var limits = ChannelLimits()
        limits.connections = 2
        let gate = Gate()
        let bench = ListenerBench(limits) { _ in
            await gate.wait()
            return .one
        }
        let (extra, first) = try await bench.run { port in
            async let one = ListenerBench.post(port)
            async let two = ListenerBench.post(port)
            #expect(try await eventually { gate.waiting == 2 })
            let extra = try await ListenerBench.post(port)
            gate.open()
            return (extra, [try await one, try await two, try await ListenerBench.post(port)])
        }
        #expect(extra.status == 503)
        #expect(extra.header("retry-after") == "1")
        #expect(first.map(\.status) == [200, 200, 200])
    }

    /// Two connections by turns, each request sent once the one before is answered.
    @Test func aPlaceIsFreeAgainOnceTheAnswerIsThere() async throws {
        var limits = ChannelLimits()
        limits.connections = 1
        let answers = try await ListenerBench(limits).run { port in
            let clients = [try RawClient(port: port), try RawClient(port: port)]
            var answers: [String] = []
            for turn in 0..<500 {
                let client = clients[turn % 2]
                await client.send("POST /channels/a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
                answers.append(String(await client.answer().prefix(12)))
            }
            return answers
        }
        #expect(answers.filter { $0 != "HTTP/1.1 200" } == [])
    }

    @Test func memoryForBodiesIsBounded() async throws {
        var listening = ListenerLimits()
        listening.bodies = 100
        let bench = ListenerBench()
        let statuses = try await bench.run(listening) { port in
            let large = try await ListenerBench.post(port, body: String(repeating: "x", count: 101))
            let small = try await ListenerBench.post(port, body: String(repeating: "x", count: 100))
            let again = try await ListenerBench.post(port, body: String(repeating: "x", count: 100))
            return [large.status, small.status, again.status]
        }
        #expect(statuses == [503, 200, 200])
    }

    @Test func connectionsAreBounded() async throws {
        var listening = ListenerLimits()
        listening.connections = 1
        let bench = ListenerBench()
        let (second, first) = try await bench.run(listening) { port in
            let first = try RawClient(port: port)
            await first.send("POST /channels/a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
            let kept = await first.answer()
            return (await (try RawClient(port: port)).rest(), kept)
        }
        #expect(first.hasPrefix("HTTP/1.1 200 "))
        #expect(second.hasPrefix("HTTP/1.1 503 "))
    }
}
