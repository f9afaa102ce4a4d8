import CurlKit
import Foundation
import SluiceSDK

/// The simulated upstreams: each offers matters in its own format until it is cancelled, and keeps books.
struct DemoUpstreams: Sendable {
    let gateway: String
    let secrets: DemoSecrets
    let csvFolder: String
    let books: DemoBooks
    let clock: @Sendable () -> Timestamp
    /// Matters a second and channel, about.
    let rate: Double

    func run(seed: UInt64) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await hotline(seed: seed) }
            group.addTask { await province(seed: seed &+ 1) }
            group.addTask { await spreadsheets(seed: seed &+ 2) }
        }
    }

    /// 12345: one signed JSON work order in a request. Every 25th is sent twice, as real systems do.
    private func hotline(seed: UInt64) async {
        var random = DemoRandom(seed: seed)
        for number in 1... {
            let body = order(number, DemoMatter.random(using: &random))
            books.update("hotline-12345") { $0.offered += 1 }
            for _ in 0..<(number % 25 == 0 ? 2 : 1) { await push(body, signedFor: "hotline-12345") }
            guard await pause(seconds: 1 / rate) else { return }
        }
    }

    private func order(_ number: Int, _ matter: DemoMatter) -> [UInt8] {
        let kinds = ["咨询": "01", "求助": "02", "投诉": "03", "举报": "04", "建议": "05", "表扬": "06"]
        let now = local("yyyy-MM-dd HH:mm:ss")
        var json = JSONWriter()
        json.beginObject()
        json.key("order")
        json.beginObject()
        json.field("orderNo", "ZX\(clock().seconds)\(padded(number))")
        json.field("acceptChannel", "1")
        json.field("acceptTime", now)
        json.field("updateTime", now)
        json.field("kind", kinds[matter.kind] ?? "02")
        json.field("title", matter.title)
        json.field("content", "<p>\(matter.text)</p>")
        json.field("typePath", matter.category.joined(separator: "/"))
        json.key("caller")
        json.beginObject()
        json.field("kind", "P")
        json.field("name", matter.person)
        json.field("tel", matter.phone)
        json.endObject()
        json.field("areaCode", matter.district.code + "000")
        json.field("district", matter.district.name)
        json.field("street", matter.address)
        json.endObject()
        json.endObject()
        return json.bytes
    }

    private func push(_ body: [UInt8], signedFor channel: String) async {
        let stamp = String(clock().seconds)
        let signature = Hex.encode(hmacSHA256(key: Array(secrets.hotlineKey.utf8), Array("\(stamp)\n".utf8) + body))
        await post(
            "/channels/12345", body, type: "application/json", channel: channel, count: 1,
            headers: [("X-Signature", signature), ("X-Timestamp", stamp)])
    }

    /// The province: batches of NDJSON with a bearer token. Every 20th line has no number and must be rejected.
    private func province(seed: UInt64) async {
        var random = DemoRandom(seed: seed)
        var number = 0
        for _ in 1... {
            var body: [UInt8] = []
            let count = max(1, Int(rate))
            for _ in 0..<count {
                number += 1
                body += transfer(number, DemoMatter.random(using: &random)) + [0x0A]
            }
            books.update("web-shandong-12345") { $0.offered += count }
            await post(
                "/channels/shandong-12345", body, type: "application/x-ndjson", channel: "web-shandong-12345",
                count: count,
                headers: [("Authorization", "Bearer \(secrets.provinceToken)")])
            guard await pause(seconds: 1) else { return }
        }
    }

    private func transfer(_ number: Int, _ matter: DemoMatter) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        if number % 20 != 0 { json.field("transfer_no", "SD\(clock().seconds)-\(number)") }
        json.field("created", clock().milliseconds)
        json.field("appeal_type", matter.kind)
        json.field("subject", matter.title)
        json.field("detail", matter.text)
        json.field("categories", matter.category)
        json.key("person")
        json.beginObject()
        json.field("name", matter.person)
        json.field("mobile", matter.phone)
        json.endObject()
        json.field("region", matter.district.code)
        json.field("address", matter.district.name + matter.address)
        json.field("labels", "省转办,\(matter.category[0])")
        json.endObject()
        return json.bytes
    }

    /// 12320: a GB18030 spreadsheet in the exchange folder every two seconds.
    private func spreadsheets(seed: UInt64) async {
        var random = DemoRandom(seed: seed)
        for file in 1... {
            let count = max(1, Int(rate * 2))
            var text = "工单编号;来电时间;诉求类型;标题;内容;姓名;电话;地址\r\n"
            for row in 0..<count {
                let matter = DemoMatter.random(using: &random)
                let fields = [
                    "WJ\(clock().seconds)\(padded(file))\(padded(row))", local("yyyy/M/d H:mm:ss"), matter.kind,
                    matter.title,
                    matter.text, matter.person, matter.phone, matter.district.name + matter.address,
                ]
                text += fields.map { "\"\($0)\"" }.joined(separator: ";") + "\r\n"
            }
            books.update("hotline-12320") { $0.offered += count }
            drop(text, as: "export-\(file).csv", count: count)
            guard await pause(seconds: 2) else { return }
        }
    }

    private func drop(_ text: String, as name: String, count: Int) {
        guard let bytes = try? Charset("gb18030")?.encode(text) else { return }
        let path = csvFolder + "/" + name
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path + ".part"))
            try FileManager.default.moveItem(atPath: path + ".part", toPath: path)
            books.update("hotline-12320") { $0.accepted += count }
        } catch {
            books.update("hotline-12320") { $0.refused += count }
        }
    }

    private func post(
        _ path: String, _ body: [UInt8], type: String, channel: String, count: Int,
        headers: [(name: String, value: String)]
    ) async {
        let request = CurlRequest("POST", gateway + path, headers: [("Content-Type", type)] + headers, body: body)
        let status = try? await CurlClient.shared.perform(request).status
        books.update(channel) { if status == 200 { $0.accepted += count } else { $0.refused += count } }
    }

    private func local(_ pattern: String) -> String {
        (try? DatePattern(pattern).format(clock(), in: .shanghai)) ?? ""
    }

    private func padded(_ number: Int) -> String {
        String(String(number + 10000).dropFirst())
    }

    /// False when the demo is over.
    private func pause(seconds: Double) async -> Bool {
        do {
            try await Task.sleep(for: .seconds(seconds))
            return true
        } catch {
            return false
        }
    }
}
