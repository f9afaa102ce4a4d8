import SluiceSDK
import SluiceTesting
import Testing

/// A source that does wrong, at first or for ever, and the word for it on the channel's status.
struct BadSource: Sendable, CustomTestStringConvertible {
    var name: String
    /// In the channel's last error.
    var code: String
    /// Records there are: all of them become tickets in the end.
    var tickets = 6
    /// Beside url, pages and since.
    var more = ""
    /// The number of the request counts from 1.
    var answer: @Sendable (StubServer.Request, Int) -> StubServer.Answer

    var testDescription: String { name }

    func channel(_ server: StubServer) -> String {
        """
        source:
          type: http-poll
          url: http://127.0.0.1:\(server.port)/orders
          every: 20ms
          timeout: 500ms
          page: { style: number, param: page, size: 2, items: "$.rows[*]", total: $.total }
          since: { param: after, from: $.time, overlap: 1m }
          success: { where: $.code, equals: [0] }
          retry: { attempts: 2, backoff: 10ms..20ms }
          \(more)
        format: { type: json, records: "$.rows[*]" }

        """ + ZoneFixture.mapping
    }

    static let all = [
        BadSource(name: "an error inside a 200, at first", code: "http-poll.not-success") { request, number in
            number <= 4 ? .init(200, #"{"code":500,"rows":[]}"#) : page(request)
        },
        BadSource(name: "half a page, then nothing", code: "http-poll.timeout") { request, number in
            var answer = page(request)
            answer.hangs = number == 2
            return answer
        },
        BadSource(name: "a page cut in the middle", code: "http-poll.no-envelope") { request, number in
            number <= 4 ? .init(200, #"{"code":0,"rows":[{"no":"N-1","ti"#) : page(request)
        },
        BadSource(name: "a refusal, at first", code: "http-poll.denied") { request, number in
            number <= 3 ? .init(401, "who are you") : page(request)
        },
        BadSource(name: "pages that do not turn, at first", code: "http-poll.loop") { request, number in
            number <= 6 ? rows([6, 5]) : page(request)
        },
        BadSource(name: "a since that is ignored", code: "http-poll.since-ignored") { request, _ in
            page(request, ignoresSince: true)
        },
        BadSource(name: "pages that shrink while they are read", code: "http-poll.shrinking") { request, number in
            // Record 3 goes away behind the first page, and comes back.
            page(request, number == 2 || number == 3 ? [6, 5, 4, 2, 1] : Array((1...6).reversed()))
        },
        BadSource(name: "records from the future", code: "http-poll.future") { request, _ in
            page(request, day: "2099-01-05")
        },
        BadSource(name: "a way to an address inside", code: "http-poll.redirect") { request, number in
            number <= 3 ? .init(302, headers: [("Location", "http://169.254.169.254/latest")]) : page(request)
        },
    ]

    private static func page(
        _ request: StubServer.Request, _ numbers: [Int] = Array((1...6).reversed()), day: String = "2026-01-05",
        ignoresSince: Bool = false
    ) -> StubServer.Answer {
        let query = QueryString.decode(request.target.drop { $0 != "?" }.dropFirst())
        func value(_ name: String) -> String? { query.first { $0.name == name }?.value }
        // Else what it says of that stands over the fault a moment later.
        let after = ignoresSince ? "" : value("after") ?? ""
        let asked = numbers.filter { "\(day) 0\($0):00:00" >= after }
        let found = asked.dropFirst(((value("page").flatMap { Int($0) } ?? 1) - 1) * 2).prefix(2)
        return rows(Array(found), total: asked.count, day: day)
    }

    /// Record n is from n o'clock.
    private static func rows(_ numbers: [Int], total: Int = 6, day: String = "2026-01-05") -> StubServer.Answer {
        let rows = numbers.map { #"{"no":"N-\#($0)","time":"\#(day) 0\#($0):00:00","text":"路灯不亮"}"# }
        return .init(200, #"{"code":0,"total":\#(total),"rows":[\#(rows.joined(separator: ","))]}"#)
    }
}
