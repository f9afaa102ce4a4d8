import Foundation
import CurlKit
import SluiceExternal
import SluiceSDK
import Testing

/// What happens on one connection: keeping it, slow senders, senders that vanish, and the end.
@Suite struct PushConnectionTests {
    private static let post = "POST /channels/a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}"

    @Test func connectionIsKeptForTheNextRequest() async throws {
        let bench = ListenerBench()
        let answers = try await bench.run { port in
            let client = try RawClient(port: port)
            var answers: [String] = []
            for _ in 0..<3 {
                await client.send(Self.post)
                answers.append(await client.answer())
            }
            return answers
        }
        #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 200 ") })
        #expect(bench.messages.count == 3)
    }

    @Test func refusalOfASmallRequestKeepsTheConnection() async throws {
        let bench = ListenerBench()
        let (refused, taken) = try await bench.run { port in
            let client = try RawClient(port: port)
            await client.send("POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}")
            let refused = await client.answer()
            await client.send(Self.post)
            return (refused, await client.answer())
        }
        #expect(refused.hasPrefix("HTTP/1.1 404 "))
        #expect(taken.hasPrefix("HTTP/1.1 200 "))
    }

    @Test func requestsSentTogetherAreAnsweredInOrder() async throws {
        let bench = ListenerBench()
        let answers = try await bench.run { port in
            let client = try RawClient(port: port)
            await client.send(
                Self.post + Self.post + "POST /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            return await client.rest()
        }
        #expect(answers.components(separatedBy: "HTTP/1.1 200 ").count == 3)
        #expect(answers.contains("HTTP/1.1 404 "))
        #expect(bench.messages.count == 2)
    }

    @Test func senderOfHalfABodyIsToldAndClosed() async throws {
        var limits = ChannelLimits()
        limits.time = .milliseconds(200)
        let bench = ListenerBench(limits)
        let answer = try await bench.run { port in
            let client = try RawClient(port: port)
            await client.send("POST /channels/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
            return await client.rest()
        }
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(answer.contains("limit.time"))
        #expect(bench.messages.isEmpty)
        #expect(bench.refused == ["limit.time"])
    }

    @Test func drippingSenderGetsNoMoreTimeThanAnyOther() async throws {
        var limits = ChannelLimits()
        limits.time = .milliseconds(300)
        let bench = ListenerBench(limits)
        let answer = try await bench.run { port in
            let client = try RawClient(port: port)
            await client.send("POST /channels/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n")
            for _ in 0..<20 {
                await client.send("x")
                try await Task.sleep(for: .milliseconds(50))
            }
            return await client.rest()
        }
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(bench.messages.isEmpty)
    }

    @Test func senderOfHalfAHeaderIsToldAndClosed() async throws {
        var listening = ListenerLimits()
        listening.headerTime = .milliseconds(200)
        let answer = try await ListenerBench().run(listening) { port in
            let client = try RawClient(port: port)
            await client.send("POST /channels/a HTTP/1.1\r\nHost")
            return await client.rest()
        }
        #expect(answer.hasPrefix("HTTP/1.1 408 "))
    }

    @Test func connectionThatNeverSpeaksIsClosed() async throws {
        var listening = ListenerLimits()
        listening.headerTime = .milliseconds(100)
        listening.idleTime = .milliseconds(200)
        let never = try await ListenerBench().run(listening) { port in
            let silent = try RawClient(port: port)
            return await silent.rest()
        }
        #expect(never == "")
    }

    @Test func connectionThatFallsSilentIsClosed() async throws {
        var listening = ListenerLimits()
        // Long enough for a busy machine to send the request in time.
        listening.idleTime = .seconds(3)
        let after = try await ListenerBench().run(listening) { port in
            let client = try RawClient(port: port)
            await client.send(Self.post)
            let answer = await client.answer()
            return answer + "|" + (await client.rest())
        }
        #expect(after.hasPrefix("HTTP/1.1 200 "))
        #expect(after.hasSuffix("|"))
    }

    @Test func senderThatVanishesLeavesNothingBehind() async throws {
        var limits = ChannelLimits()
        limits.connections = 1
        let bench = ListenerBench(limits)
        let response = try await bench.run { port in
            do {
                let client = try RawClient(port: port)
                await client.send("POST /channels/a HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
            }
            var response = try await ListenerBench.post(port)
            for _ in 0..<100 where response.status == 503 {
                try await Task.sleep(for: .milliseconds(20))
                response = try await ListenerBench.post(port)
            }
            return response
        }
        #expect(response.status == 200)
        #expect(bench.messages.count == 1)
    }

    @Test func senderThatClosesItsHalfStillGetsItsAnswer() async throws {
        let bench = ListenerBench { _ in
            try await Task.sleep(for: .milliseconds(50))
            return .one
        }
        let answer = try await bench.run { port in
            let client = try RawClient(port: port)
            await client.send(Self.post)
            await client.closeSendingHalf()
            return await client.rest()
        }
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
    }

    @Test func senderThatAsksFirstIsToldToGoOn() async throws {
        let bench = ListenerBench()
        let (interim, answer) = try await bench.run { port in
            let client = try RawClient(port: port)
            await client.send(
                "POST /channels/a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            let interim = await client.answer()
            await client.send("{}")
            return (interim, await client.answer())
        }
        #expect(interim.hasPrefix("HTTP/1.1 100 "))
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
    }

    private static let nonsense = [
        "nonsense\r\n\r\n", "POST /channels/a HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST /channels/a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        "POST /channels/a HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 100_000) + "\r\n\r\n",
    ]

    @Test(arguments: nonsense.indices) func whatIsNotHTTPIsRefused(index: Int) async throws {
        let bench = ListenerBench()
        let answer = try await bench.run { port in
            let client = try RawClient(port: port)
            await client.send(Self.nonsense[index])
            return await client.rest()
        }
        #expect(answer.hasPrefix("HTTP/1.1 4") || answer.isEmpty)
        #expect(bench.messages.isEmpty)
    }

    @Test func stoppingLetsARequestInHandEnd() async throws {
        let gate = Gate()
        let bench = ListenerBench { _ in
            await gate.wait()
            return .one
        }
        let client = try await bench.run { port in
            let client = try RawClient(port: port)
            await client.send(Self.post)
            #expect(try await eventually { gate.waiting == 1 })
            Task {
                try await Task.sleep(for: .milliseconds(100))
                gate.open()
            }
            return client
        }
        #expect(await client.rest().hasPrefix("HTTP/1.1 200 "))
        #expect(bench.messages.count == 1)
    }
}
