import SluiceConfig
import SluiceSDK
import Testing

struct HandlerFileTests {
    private func issues(_ handlers: [String: String]) throws -> [String] {
        var files = ["internal.yaml": "data: d\n"]
        for (name, text) in handlers { files["handlers/\(name).yaml"] = text }
        return try ConfigFixture(files).issues()
    }

    @Test func aHandlerIsReadWithItsDefaults() throws {
        let fixture = try ConfigFixture([
            "handlers/rest.yaml": ConfigFixture.fallback,
            "handlers/housing.yaml": """
            id: housing
            name: 住建局
            role: owner
            order: 20
            match: { request_type: [complaint, help], text: 物业 }
            fields: { mask: [requester.phone], drop: [attachments] }
            deliver:
              type: webhook
              url: http://10.0.0.8/
              secret: ${file:housing}
              events: [ticket.opened, case.*]
              retry: { schedule: [1s, 2s] }
              batch: { size: 10 }
            token: ${file:housing}
            """,
            "secrets/housing": "k\n",
        ])
        let loaded = fixture.load()
        #expect(loaded.issues.map(\.description) == [])
        #expect(loaded.handlers.map(\.id) == ["housing", "rest"])
        let handler = try #require(loaded.handlers.first)
        #expect(handler.role == .owner)
        #expect(handler.masked == [.requesterPhone])
        #expect(handler.dropped == [.attachments])
        #expect(handler.deliver.events == ["ticket.opened", "case.*"])
        #expect(handler.deliver.retrySchedule == [.seconds(1), .seconds(2)])
        #expect(handler.deliver.batch == .init(size: 10, wait: .milliseconds(200)))
        #expect(handler.token == "k")
        let rest = loaded.handlers[1]
        #expect(rest.isFallback)
        #expect(rest.deliver.retrySchedule == DeliverUse.standardSchedule)
        #expect(rest.deliver.batch == nil)
    }

    @Test func thereIsOneFallback() throws {
        #expect(
            try issues(["a": ConfigFixture.handler("a", "role: owner\nmatch: { urgency: urgent }")]).map {
                $0.split(separator: "] ").last
            } == [
                "no handler is the fallback; add 'role: owner' and 'fallback: true' to the handler that takes what no other matches"
            ])
        #expect(
            try issues([
                "rest": ConfigFixture.fallback, "zest": ConfigFixture.handler("zest", "role: owner\nfallback: true"),
            ]) == [
                "handlers/zest.yaml:1:1 error [handler.fallback] 'rest' is the fallback already; leave 'fallback: true' with one of them"
            ])
    }

    @Test func aFallbackIsAnOwnerWithoutAMatch() throws {
        #expect(
            try issues(["rest": ConfigFixture.handler("rest", "role: copy\nfallback: true\nmatch: { urgency: urgent }")]
            ) == [
                "handlers/rest.yaml:1:1 error [handler.fallback] the fallback must be an owner; write 'role: owner'",
                "handlers/rest.yaml:6:8 error [handler.fallback] the fallback takes every ticket that is left; remove 'match'",
            ])
    }

    @Test func anOwnerNeedsAMatch() throws {
        #expect(
            try issues(["rest": ConfigFixture.fallback, "a": ConfigFixture.handler("a", "role: owner")]) == [
                "handlers/a.yaml:1:1 error [handler.match] an owner needs 'match'; add 'match: …', or 'fallback: true' for the one that takes the rest"
            ])
    }

    @Test func pullNeedsAToken() throws {
        let text = "id: a\nname: a\nrole: copy\ndeliver: { type: pull }\n"
        #expect(
            try issues(["rest": ConfigFixture.fallback, "a": text]) == [
                "handlers/a.yaml:4:10 error [config.missing-key] a handler that pulls needs 'token'; add 'token: ${file:a-token}'"
            ])
    }

    @Test func fieldsEventsAndIdsAreCheckedByName() throws {
        let text = ConfigFixture.handler(
            "b", "role: copy\nfields: { mask: [requester.fone, requester.is_anonymous], drop: [ticket_id] }"
        )
        .replacing("http://10.0.0.8/ }", with: "http://10.0.0.8/, events: [ticket.open] }")
        #expect(
            try issues([
                "rest": ConfigFixture.fallback, "a": text.replacing("id: b", with: "id: a"),
                "c": ConfigFixture.handler("d", "role: copy"),
            ]) == [
                "handlers/a.yaml:3:59 error [handler.events] there is no event 'ticket.open'; did you mean 'ticket.opened'?",
                "handlers/a.yaml:5:18 error [handler.fields] there is no ticket field 'requester.fone'; did you mean 'requester.phone'?",
                "handlers/a.yaml:5:34 error [handler.fields] 'requester.is_anonymous' is not text and cannot be masked; write it under 'drop'",
                "handlers/a.yaml:5:66 error [handler.fields] 'ticket_id' says which ticket it is and cannot be hidden; remove it",
                "handlers/c.yaml:1:5 error [handler.id] the id 'd' is not the file's name; write 'id: c', or rename the file to d.yaml",
            ])
    }
}
