import CurlKit
import SluiceSDK
import Testing

/// A list that leaves something out says so, and not among its rows.
struct ListLimitTests {
    @Test(arguments: ["text", "json"])
    func aListSaysThatThereAreMore(_ format: String) async throws {
        let gateway = try await Gateway()
        try await gateway.start()
        for number in 1...3 {
            #expect(try await gateway.push(#"[{"no":"N-\#(number)","time":"soon","text":"路灯不亮"}]"#).status == 422)
        }
        #expect(await gateway.stop() == 0)
        let list = ["rejects", "list", "--format", format]
        let two = try await gateway.sluice(list + ["--limit", "2"])
        #expect(two.status == 0)
        #expect(two.errors.contains("there are more than 2: --limit"))
        let all = try await gateway.sluice(list + ["--limit", "3"])
        #expect(all.status == 0)
        #expect(all.errors.isEmpty)
        #expect(all.output.count > two.output.count)
        if format == "json" {
            #expect(try JSONDocument.parse(Array(two.output.utf8)).root.count == 2)
        }
        #expect(try await gateway.sluice(list + ["--limit", "0"]).status != 0)
    }
}
