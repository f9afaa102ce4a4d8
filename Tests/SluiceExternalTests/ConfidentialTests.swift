import CurlKit
import Foundation
import GRDB
@testable import SluiceExternal
import SluiceBoundary
import SluiceConfig
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// A confidential channel leaves nothing that can be read in the external zone's files.
@Suite struct ConfidentialTests {
    private static let channel = """
        confidential: true
        source: { type: http-push, path: /json, auth: { type: api-key, header: X-Key, key: "${env:SECRET}" } }
        format: { type: json, records: "$[*]" }
        ticket:
          external_id: $.no
          request_type: { const: report }
          requested_datetime: { from: $.time, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          title: $.title
          description: $.text
          requester.phone: $.tel
        reply: { type: none }

        """
    private static let secrets = ["13900001234", "虚报冒领", "某局科长"]

    private let folder = TemporaryFolder()
    private let key = [("X-Key", ZoneFixture.secret)]

    private func sealer() throws -> TicketSealer {
        _ = try KeyFiles.prepareSealing(
            .init(folder: folder("keys"), certificate: folder("sealing.crt"), copies: []))
        return try TicketSealer(certificateAt: folder("sealing.crt"))
    }

    private func record(_ number: Int, time: String = "2026-01-05 09:00:00") -> String {
        #"{"no":"N-\#(number)","time":"\#(time)","title":"举报某局科长","text":"虚报冒领补贴","tel":"13900001234"}"#
    }

    private func readable(in zone: ZoneFixture) throws -> [String] {
        let data = zone.folder.path + "/data"
        let files = try FileManager.default.subpathsOfDirectory(atPath: data).compactMap {
            FileManager.default.contents(atPath: data + "/" + $0)
        }
        return Self.secrets.filter { secret in files.contains { $0.range(of: Data(secret.utf8)) != nil } }
    }

    @Test func nothingThatAPersonWroteCanBeReadInTheFiles() async throws {
        let zone = try await ZoneFixture(["json": Self.channel], sealer: sealer())
        let body = "[\(record(1)),\(record(2, time: "昨天"))]"
        _ = try await zone.post("/json", Array(body.utf8), headers: key)
        #expect(try await zone.ticketCount() == 1)
        #expect(try readable(in: zone) == [])

        let opener = try TicketOpener(folder: folder("keys"))
        let stored = try await zone.store.read { db in
            try Row.fetchAll(
                db, sql: "SELECT unpacked(bytes) FROM message UNION ALL SELECT unpacked(bytes) FROM reject"
            ).map {
                [UInt8]($0[0] as Data)
            }
        }
        #expect(stored.count == 2)
        #expect(String(decoding: try opener.open(stored[0]), as: UTF8.self) == body)
        #expect(String(decoding: try opener.open(stored[1]), as: UTF8.self).contains("虚报冒领"))
    }

    @Test func opsSeeWhyARecordWasRejectedAndNotWhatItSays() async throws {
        let zone = try await ZoneFixture(["json": Self.channel], sealer: sealer())
        _ = try await zone.post("/json", Array("[\(record(1, time: "昨天"))]".utf8), headers: key)
        let reject = try #require(try zone.zone.rejects.list().first)
        #expect(reject.isSealed && reject.fault.field == "requested_datetime")
        for secret in Self.secrets { #expect(!"\(reject.fault)".contains(secret)) }
        await #expect { try await zone.zone.rejects.edit(reject.id, to: Array("{}".utf8), by: "张敏") } throws: {
            ($0 as? DeskError)?.code == "reject.sealed"
        }
        await #expect { try await zone.zone.replay(reject: reject.id, by: "张敏") } throws: {
            ($0 as? DeskError)?.code == "reject.sealed"
        }
        // Mended at its source, the record is taken; the case is closed by a person.
        _ = try await zone.post("/json", Array("[\(record(1))]".utf8), headers: key)
        #expect(try await zone.ticketCount() == 1)
        try await zone.zone.rejects.discard(reject.id, by: "张敏", reason: "sent again")
        #expect(try zone.zone.rejects.list().isEmpty)
        #expect(try readable(in: zone) == [])
    }

    @Test func theSameChannelWithoutTheMarkIsFoundByTheSameSearch() async throws {
        let plain = Self.channel.replacing("confidential: true", with: "confidential: false")
        let zone = try await ZoneFixture(["json": plain], sealer: sealer())
        _ = try await zone.post("/json", Array("[\(record(1))]".utf8), headers: key)
        #expect(try readable(in: zone) == Self.secrets)
    }

    @Test func withoutSealingAConfidentialChannelDoesNotRunAndSaysWhy() async throws {
        let zone = try await ZoneFixture(["json": Self.channel])
        let status = try await zone.status("json") { $0.state == "misconfigured" }
        #expect(status?.detail?.contains("sealing: on") == true, "\(String(describing: status))")
    }

    @Test func followUpsAndConfidentialityDoNotGoTogether() throws {
        let config = folder("config")
        let yaml = Self.channel + "kind: { from: $.act, lookup: { urge: urged }, default: opened }\n"
        try ZoneFixture.write(["json": yaml], to: config)
        let loaded = ConfigFolder.load(config, specs: ZoneFixture.specs, environment: ["SECRET": "x"])
        #expect(loaded.channels.first?.channel == nil)
        #expect(loaded.errors.map(\.rule).contains("channel.confidential"))
    }
}
