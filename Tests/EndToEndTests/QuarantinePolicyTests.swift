import CurlKit
import Foundation
import SluiceSDK
import SluiceTesting
import Testing

/// The quarantine's policy as people meet it: files, commands, metrics.
@Suite(.serialized) struct QuarantinePolicyTests {
    @Test func twoPeopleReleaseManyAtOnceByAFilter() async throws {
        let gateway = try await Gateway()
        try gateway.append(
            "two_persons: [hotline-test]\nrules:\n  - { words: [请转人工] }\n", to: "relay.yaml")
        try await gateway.start()
        let wanted = (1...3).map { Gateway.record($0, text: "路灯不亮，请转人工") } + [Gateway.record(4)]
        #expect(try await gateway.push("[" + wanted.joined(separator: ",") + "]").status == 200)
        try await eventually { gateway.handler.requests.count == 1 }
        let held = try await gateway.sluice(["quarantine", "list", "--held"])
        #expect(held.output.components(separatedBy: "hold.words").count == 4 && held.output.contains("age"), "\(held)")
        #expect(!held.output.contains("请转人工"))
        let metrics = try await CurlClient.shared.perform(
            CurlRequest("GET", "http://127.0.0.1:\(gateway.signalsPort)/metrics"))
        #expect(String(decoding: metrics.body, as: UTF8.self).contains(#"sluice_held_items{channel="hotline-test"} 3"#))

        let filter = ["quarantine", "release", "--channel", "hotline-test", "--code", "hold"]
        let tried = try await gateway.sluice(filter + ["--dry-run"])
        #expect(tried.output.contains("3 items"), "\(tried)")
        let younger = try await gateway.sluice(filter + ["--older-than", "1h", "--dry-run"])
        #expect(younger.output.contains("0 items"), "\(younger)")
        let first = try await gateway.sluice(filter + ["--by", "张敏"])
        #expect(first.output.contains("released 0, 3 need a second person"), "\(first)")
        let same = try await gateway.sluice(["quarantine", "release", "1", "--by", " 张 敏"])
        #expect(same.status != 0 && same.errors.contains("quarantine.same-person"), "\(same)")
        let second = try await gateway.sluice(filter + ["--by", "李强"])
        #expect(second.output.contains("released 3, 0 need a second person"), "\(second)")
        try await eventually { gateway.handler.requests.count == 4 }
        let shown = try await gateway.sluice(["quarantine", "show", "1"])
        #expect(shown.output.contains("released by 张敏, 李强") && shown.output.contains("sealed: personal"), "\(shown)")
        #expect(!shown.output.contains("19900001234"), "the relay cannot show what it cannot read")
        try await eventually { try await gateway.sluice(["reconcile"]).status == 0 }
    }

    @Test func aReplysTextWaitsForAPersonWhereTheInsideAsksForIt() async throws {
        let gateway = try await Gateway()
        try gateway.append("replies: { text: { hotline-test: review } }\n", to: "internal.yaml")
        try await gateway.start()
        #expect(try await gateway.push("[\(Gateway.record(1))]").status == 200)
        try await eventually { gateway.handler.requests.count == 1 }
        let id = StableID.ticket(jurisdictionID: "370400", channelID: "hotline-test", externalID: "N-1")
        for event in [
            #"{"event_id":"a","type":"in_progress"}"#, #"{"event_id":"b","type":"replied","public_text":"已修好"}"#,
        ] {
            #expect(try await gateway.report(id, event).status < 300)
        }
        try await eventually {
            try await gateway.sluice(["quarantine", "list", "--held"]).output.contains("case.event")
        }
        #expect(gateway.source.requests.isEmpty)
        let released = try await gateway.sluice(["quarantine", "release", "--kind", "case.event", "--by", "张敏"])
        #expect(released.status == 0, "\(released)")
        try await eventually { gateway.source.requests.count == 1 }
    }

    @Test(arguments: [
        ("rules: [ { words: 5, wrods: [a] } ]", "wrods"), ("rules: [ { rate: { least: 5 } } ]", "times"),
        ("replies: { text: { \"*\": maybe } }", "maybe"), ("held_alert: soon", "soon"),
    ])
    func aMistakeInThePolicyIsNamed(yaml: String, word: String) async throws {
        let gateway = try await Gateway()
        try gateway.append(yaml + "\n", to: "relay.yaml")
        let checked = try await gateway.sluice(["check"])
        #expect(checked.status == 1)
        #expect((checked.output + checked.errors).contains(word), "\(checked)")
    }
}
