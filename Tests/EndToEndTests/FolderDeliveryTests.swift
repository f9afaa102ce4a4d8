import CurlKit
import Foundation
import SluiceSDK
import SluiceTesting
import Testing

/// A handler and a source that are reached through folders.
@Suite struct FolderDeliveryTests {
    @Test func eventsAndRepliesAppearAsFiles() async throws {
        let gateway = try await Gateway()
        let (events, replies) = (gateway.folder("events"), gateway.folder("replies"))
        try makeFolder(events)
        try gateway.write(
            "handlers/centre.yaml",
            """
            id: centre
            name: centre
            role: owner
            fallback: true
            deliver: { type: directory, path: \(events), retry: { schedule: [100ms] } }
            token: ${env:CENTRE_TOKEN}
            """)
        let channel = Gateway.channel("automatic")
        try gateway.write(
            "hotlines/hotline-test.yaml",
            String(channel[..<(try #require(channel.range(of: "reply:"))).lowerBound]) + """
                reply:
                  type: directory
                  path: \(replies)
                  name: "{external_id}-{reply.id}.xml"
                  body: { template: reply.xml }
                  on: [replied]
                  retry: { attempts: 100, backoff: 100ms..1s }
                """)
        try gateway.write("hotlines/reply.xml", "<reply no=\"{external_id}\">{reply.public_text}</reply>")
        try await gateway.start()
        let pushed = try await gateway.push("[\(Gateway.record(1))]")
        let ticketID = try #require(try JSONDocument.parse(pushed.body).root["ticket_id"]?.string)
        try await eventually { names(in: events).contains { !$0.hasPrefix(".") } }
        let first = try #require(names(in: events).first { !$0.hasPrefix(".") })
        let event = try JSONDocument.parse(try readFile(events + "/" + first)).root
        #expect(event["type"]?.string == "ticket.opened" && event["subject"]?.string == ticketID)

        // The folder of replies comes later than the reply.
        for (id, kind) in [("1", "in_progress"), ("2", "replied")] {
            let text = kind == "replied" ? #","public_text":"修好 <1>""# : ""
            let answer = try await gateway.report(ticketID, #"{"event_id":"\#(id)","type":"\#(kind)"\#(text)}"#)
            #expect(answer.status < 300, "\(answer.text)")
        }
        try await eventually { try await gateway.sluice(["replies"]).output.contains("directory.missing") }
        try makeFolder(replies)
        // While it is written its name is hidden.
        try await eventually { names(in: replies).contains { !$0.hasPrefix(".") } }
        let name = try #require(names(in: replies).first { !$0.hasPrefix(".") })
        #expect(name.hasPrefix("N-1-") && name.hasSuffix(".xml"))
        #expect(
            String(decoding: try readFile(replies + "/" + name), as: UTF8.self)
                == #"<reply no="N-1">修好 &lt;1&gt;</reply>"#)
        try await eventually {
            try await gateway.sluice(["tickets", "trace", "N-1"]).output.contains("reply.acknowledged")
        }
        #expect(try await gateway.sluice(["reconcile"]).status == 0)
        #expect(await gateway.stop() == 0)
    }
}
