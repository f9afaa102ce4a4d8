import CurlKit
import Foundation
import SluiceSDK
import SluiceTesting
import Synchronization
import Testing

/// `sluice handlers pause | resume | redrive` on a running gateway, through its control socket.
@Suite(.serialized) struct HandlerQueueTests {
    private func state(_ gateway: Gateway) async throws -> JSONElement {
        let result = try await gateway.sluice(["handlers", "--format", "json"])
        var found: JSONElement?
        try JSONDocument.parse(Array(result.output.utf8)).root.forEachElement { found = $0 }
        return try #require(found, "\(result)")
    }

    @Test func aPausedHandlerGetsNothingUntilItIsResumed() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        let paused = try await gateway.sluice(["handlers", "pause", "centre", "--by", "张敏"])
        #expect(paused.status == 0 && paused.output == "paused centre\n", "\(paused)")
        #expect(try await gateway.push(Gateway.records(1...3)).status == 200)
        try await eventually { try await state(gateway)["queue"]?.integer == 3 }
        #expect(try await state(gateway)["paused_by"]?.string == "张敏")
        #expect(try await gateway.sluice(["handlers"]).output.contains("paused by 张敏"))
        #expect(gateway.handler.requests.isEmpty)

        #expect(await gateway.stop() == 0)
        try await gateway.start()
        #expect(try await state(gateway)["queue"]?.integer == 3)
        #expect(gateway.handler.requests.isEmpty, "a pause holds over a restart")

        let resumed = try await gateway.sluice(["handlers", "resume", "centre"])
        #expect(resumed.status == 0 && resumed.output == "resumed centre\n", "\(resumed)")
        try await eventually { gateway.handler.requests.count == 3 }
        try await eventually { try await state(gateway)["delivered"]?.integer == 3 }
        #expect(await gateway.stop() == 0)
    }

    @Test func aRedriveTriesWhatWaitsWithoutItsSchedule() async throws {
        let isOpen = Mutex(false)
        let gateway = try await Gateway(handler: { _ in .init(isOpen.withLock { $0 } ? 200 : 503) })
        try gateway.write("handlers/centre.yaml", Gateway.centre.replacing("[100ms, 500ms, 1s]", with: "[24h]"))
        try await gateway.start()
        #expect(try await gateway.push(Gateway.records(1...2)).status == 200)
        try await eventually { gateway.handler.requests.count == 2 }
        try await eventually { try await state(gateway)["last_error"]?.string?.contains("503") == true }
        let ids = Set(gateway.handler.requests.compactMap { $0.header("webhook-id") })
        isOpen.withLock { $0 = true }

        let unknown = try await gateway.sluice(["handlers", "redrive", "centre", "--batch", "nothing"])
        #expect(unknown.status == 1 && unknown.errors.contains("[queue.unknown-batch]"), "\(unknown)")
        let one = try await gateway.sluice(["handlers", "redrive", "centre", "--batch", try #require(ids.min())])
        #expect(one.status == 0 && one.output == "1 batch is due now\n", "\(one)")
        try await eventually { try await state(gateway)["delivered"]?.integer == 1 }
        let rest = try await gateway.sluice(["handlers", "redrive", "centre"])
        #expect(rest.output == "1 batch is due now\n", "\(rest)")
        try await eventually { try await state(gateway)["delivered"]?.integer == 2 }
        // The same ids as in the first attempt, each once more.
        #expect(gateway.handler.requests.count == 4)
        #expect(Set(gateway.handler.requests.compactMap { $0.header("webhook-id") }) == ids)
        #expect(await gateway.stop() == 0)
    }

    @Test func anOrderForNobodyIsRefusedWithTheNamesThatAreKnown() async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        for command in ["pause", "resume", "redrive"] {
            let result = try await gateway.sluice(["handlers", command, "nobody"])
            #expect(result.status == 1)
            #expect(result.errors.contains("there is no handler 'nobody' here; known: centre"), "\(result)")
        }
        #expect(await gateway.stop() == 0)
    }
}
