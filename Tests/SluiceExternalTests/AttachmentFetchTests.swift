import CurlKit
import Foundation
import Glibc
import GRDB
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

/// Files that a ticket names are fetched, and nothing leads inside.
@Suite(.serialized) struct AttachmentFetchTests {
    private static func channel(_ rules: String) -> String {
        """
        source: { type: http-push, path: /in, auth: { type: api-key, header: X-Key, key: "${env:SECRET}" } }
        format: { type: json }
        attachments: { size: 64KiB, count: 3, fetch: { \(rules), attempts: 3, backoff: 1ms..2ms, time: 2s } }
        ticket:
          external_id: $.no
          request_type: { const: help }
          requested_datetime: { const: "2026-01-05T09:00:00+08:00" }
          description: { const: "路灯不亮" }
          attachments: { each: "$.files[*]", name: $.name, media_url: $.url, sha256: $.sha256 }
        reply: { type: none }

        """
    }

    private static let inside = "hosts: [127.0.0.1, localhost], schemes: [http], networks: [127.0.0.0/8, \"::1\"]"

    /// What became of each file of one ticket: `taken code size`.
    private func fates(
        _ urls: [String], rules: String = inside, sha256: String? = nil
    ) async throws -> [String] {
        let fixture = try await ZoneFixture(["hotline-files": Self.channel(rules)])
        let digest = sha256.map { #","sha256":"\#($0)""# } ?? ""
        let files = urls.map { #"{"name":"a.pdf","url":"\#($0)"\#(digest)}"# }.joined(separator: ",")
        let answer = try await fixture.post(
            "/in", Array(#"{"no":"N-1","files":[\#(files)]}"#.utf8), headers: [("X-Key", ZoneFixture.secret)])
        #expect(answer.status == 200, "a ticket never waits for its files")
        var found: [String] = []
        for _ in 0..<400 {
            found = try await fixture.store.read {
                try String.fetchAll(
                    $0,
                    sql: """
                        SELECT iif(state IN ('ready', 'sent'), 'here ' || size, state || ' ' || coalesce(code, ''))
                        FROM attachment ORDER BY id
                        """)
            }
            if !found.isEmpty, !found.contains(where: { $0.hasPrefix("fetching") }) { break }
            try await Task.sleep(for: .milliseconds(50))
        }
        let told = try await fixture.store.read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM outbox WHERE kind = 'notice'")
        }
        #expect(told == found.filter { $0.hasPrefix("failed") }.count, "the inside hears of every failure")
        await fixture.stop()
        return found
    }

    @Test func aFileOfAnAllowedHostIsFetchedByNameAndByAddress() async throws {
        let server = try StubServer { _ in .init(200, "%PDF-1.7 hello") }
        let fates = try await fates(["http://127.0.0.1:\(server.port)/a", "http://localhost:\(server.port)/b?c=1"])
        #expect(fates == ["here 14", "here 14"])
        #expect(server.requests.map(\.target).sorted() == ["/a", "/b?c=1"])
    }

    @Test func whatLeadsInsideIsNotConnectedTo() async throws {
        let server = try StubServer { _ in .init(200, "secret") }
        let hosts = "hosts: [127.0.0.1, \"::1\", localhost, 169.254.169.254, 10.0.0.1], schemes: [http]"
        let fates = try await [
            fates(
                [
                    "http://127.0.0.1:\(server.port)/", "http://[::1]:\(server.port)/",
                    "http://localhost:\(server.port)/",
                ], rules: hosts),
            fates(["http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/"], rules: hosts),
            // The list of networks does not open others.
            fates(["http://10.0.0.1/"], rules: hosts + ", networks: [127.0.0.0/8]"),
        ].flatMap { $0 }
        #expect(fates == Array(repeating: "failed fetch.address-not-allowed", count: 6))
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        ("http://evil.example/a", "fetch.host"), ("file:///etc/passwd", "fetch.address"),
        ("ftp://127.0.0.1/a", "fetch.address"),
        ("https://127.0.0.1/a", "fetch.scheme"), ("http://127.0.0.1@evil.example/a", "fetch.address"),
        ("http://127.0.0.1.evil.example/a", "fetch.host"), ("gopher://127.0.0.1:25/x", "fetch.address"),
        ("http://2130706433/", "fetch.host"), ("http://0x7f.1/", "fetch.host"), ("not an address", "fetch.address"),
        ("http://LOCALHOST.evil.example/", "fetch.host"),
    ])
    func anAddressThatIsNotOnTheListIsNotAsked(url: String, code: String) async throws {
        #expect(try await fates([url]) == ["failed \(code)"])
    }

    @Test(arguments: [
        "http://169.254.169.254/latest", "file:///etc/passwd", "//evil.example/x", "http://evil.example/x", "",
        "gopher://x/",
        "http://localhost/other-port",
    ])
    func aRedirectOutwardIsNotFollowed(location: String) async throws {
        let server = try StubServer { _ in .init(302, headers: [("Location", location)]) }
        #expect(try await fates(["http://127.0.0.1:\(server.port)/a"]) == ["failed fetch.redirect"])
        #expect(server.requests.count == 1)
    }

    @Test func aRedirectOnTheSameHostIsFollowedAndALoopEnds() async throws {
        let server = try StubServer { request in
            request.target == "/a"
                ? .init(302, headers: [("Location", "/b")])
                : request.target == "/b" ? .init(200, "%PDF") : .init(302, headers: [("Location", "/c")])
        }
        let fates = try await fates(["http://127.0.0.1:\(server.port)/a", "http://127.0.0.1:\(server.port)/c"])
        #expect(fates == ["here 4", "failed fetch.redirects"])
    }

    @Test func tooMuchIsNotTakenPackedOrNot() async throws {
        let large = try StubServer { _ in .init(200, String(repeating: "x", count: 65 << 10)) }
        let bomb = try StubServer { _ in
            var answer = StubServer.Answer(200, headers: [("Content-Encoding", "gzip")])
            // 1 MiB of zeros.
            answer.bytes = Self.bomb
            return answer
        }
        let fates = try await fates(["http://127.0.0.1:\(large.port)/", "http://127.0.0.1:\(bomb.port)/"])
        #expect(fates == ["failed fetch.too-large", "failed fetch.too-large"])
        #expect(Self.bomb.count < 2_000 && bomb.requests.count == 1)
    }

    @Test func whatPassesIsTriedAgainAndWhatDoesNotIsGivenUp() async throws {
        let counter = Counter()
        let shaky = try StubServer { _ in counter.next() < 2 ? .init(503) : .init(200, "%PDF") }
        let gone = try StubServer { _ in .init(404) }
        let down = try StubServer { _ in .init(500) }
        let fates = try await fates([shaky, gone, down].map { "http://127.0.0.1:\($0.port)/" })
        #expect(fates == ["here 4", "failed fetch.status-404", "failed fetch.status-500"])
        #expect(gone.requests.count == 1 && down.requests.count == 3)
    }

    @Test func aSlowOneAndAWrongLengthAreGivenUp() async throws {
        let slow = try StubServer { _ in
            var answer = StubServer.Answer(200, "%PDF")
            answer.hangs = true
            return answer
        }
        let short = try StubServer { _ in .init(200, headers: [("Content-Length", "100")], "%PDF") }
        let fates = try await fates(["http://127.0.0.1:\(slow.port)/", "http://127.0.0.1:\(short.port)/"])
        #expect(fates.first == "failed fetch.timeout")
        #expect(fates.last?.hasPrefix("failed fetch.") == true, "\(fates)")
    }

    @Test func otherBytesThanTheSourceSaidAndNoneAreGivenUp() async throws {
        let server = try StubServer { _ in .init(200, "%PDF") }
        let right = Hex.encode(SHA256.hash("%PDF"))
        #expect(try await fates(["http://127.0.0.1:\(server.port)/"], sha256: right) == ["here 4"])
        let wrong = String(repeating: "0", count: 64)
        #expect(try await fates(["http://127.0.0.1:\(server.port)/"], sha256: wrong) == ["failed fetch.digest"])
        let empty = try StubServer { _ in .init(200, "") }
        #expect(try await fates(["http://127.0.0.1:\(empty.port)/"]) == ["failed fetch.empty"])
    }

    @Test func moreFilesThanTheChannelTakesAreSaidAndNotFetched() async throws {
        let server = try StubServer { _ in .init(200, "%PDF") }
        let fates = try await fates((1...5).map { "http://127.0.0.1:\(server.port)/\($0)" })
        #expect(fates == ["here 4", "here 4", "here 4", "failed attachment.too-many", "failed attachment.too-many"])
    }

    /// gzip of 1 MiB of zeros: nothing but one run.
    private static let bomb =
        (Hex.decode("1f8b0800000000000203edc13101000000c2a0f54f6d085fa0") ?? []) + [UInt8](repeating: 0x00, count: 1016)
        + (Hex.decode("3e031cea38a700001000") ?? [])
}
