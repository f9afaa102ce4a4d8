import Foundation
import GRDB
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceExternal

/// One large file through a whole zone, from the folder to the tickets.
@Suite struct LargeMessageZoneTests {
    /// `SLUICE_ROWS=100000 swift test --filter LargeMessageZoneTests` measures; one kind at a time with
    /// `SLUICE_ROWS_OF=csvGB18030`, because peak memory is the process's.
    private static let environment = ProcessInfo.processInfo.environment
    private static let count = environment["SLUICE_ROWS"].flatMap { Int($0) } ?? 300

    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case csvGB18030, csvUTF8, xmlGB18030, xmlUTF8

        var testDescription: String { rawValue }
        var isCSV: Bool { self == .csvGB18030 || self == .csvUTF8 }
        var charset: String { self == .csvGB18030 || self == .xmlGB18030 ? "gb18030" : "utf-8" }
    }

    static let kinds = Kind.allCases.filter { kind in environment["SLUICE_ROWS_OF"].map { $0 == kind.rawValue } ?? true
    }

    @Test(.timeLimit(.minutes(20)), arguments: kinds)
    func everyRecordBecomesATicket(kind: Kind) async throws {
        let (drop, bytes) = (TemporaryFolder(), try message(kind))
        try writeFile(bytes, drop(".new"))
        let before = Self.peak()
        let zone = try await ZoneFixture(["a": channel(kind, drop.path)])
        let began = ContinuousClock.now
        try move(drop(".new"), to: drop("a.dat"))
        while try await zone.ticketCount() < Self.count, try await rejects(zone).isEmpty {
            try await Task.sleep(for: .milliseconds(20))
        }
        let took = (ContinuousClock.now - began) / .seconds(1)
        #expect(try await rejects(zone) == [])
        #expect(try await zone.ticketCount() == Self.count)
        let last = try await zone.store.read {
            try Int.fetchOne(
                $0, sql: "SELECT count(*) FROM ticket WHERE external_id = ?", arguments: ["N-\(Self.count - 1)"])
        }
        #expect(last == 1)
        await zone.stop()
        guard Self.count > 10_000 else { return }
        print(
            "\(kind): \(Self.count) records, \(bytes.count >> 20) MiB in \(took) s, \(Int(Double(Self.count) / took))/s; "
                + "peak memory \(before) -> \(Self.peak()) KiB")
    }

    private func channel(_ kind: Kind, _ path: String) -> String {
        let format =
            kind.isCSV
            ? "{ type: csv, charset: \(kind.charset) }"
            : "{ type: xml, charset: \(kind.charset), records: /工单列表/工单 }"
        return """
            source: { type: directory, path: "\(path)", stable_for: 0s, every: 50ms, after: delete }
            limits: { message: 500MiB }
            format: \(format)
            ticket:
              external_id: 编号
              request_type: { const: help }
              requested_datetime: { from: 时间, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
              title: 标题
              description: 内容
              requester.name: 姓名
              requester.phone: 电话
            reply: { type: none }

            """
    }

    private func message(_ kind: Kind) throws -> [UInt8] {
        guard let charset = Charset(kind.charset) else { return [] }
        let names = ["编号", "时间", "标题", "内容", "姓名", "电话"]
        var bytes = try charset.encode(kind.isCSV ? names.joined(separator: ",") + "\r\n" : "<工单列表>\n")
        for number in 0..<Self.count {
            let text = (0..<6).map { "第\($0)段：小区楼道灯不亮，已经第\(number)次反映，请尽快处理。" }.joined()
            let values = [
                "N-\(number)", "2026-01-05 09:30:00", "楼道灯 \(number)", text, "王芳", "1380000\(1000 + number % 9000)",
            ]
            let record =
                kind.isCSV
                ? values.joined(separator: ",") + "\r\n"
                : "<工单>" + zip(names, values).map { "<\($0)>\($1)</\($0)>" }.joined() + "</工单>\n"
            bytes += try charset.encode(record)
        }
        return bytes + (kind.isCSV ? [] : try charset.encode("</工单列表>\n"))
    }

    private func rejects(_ zone: ZoneFixture) async throws -> [String] {
        try await zone.store.read { try String.fetchAll($0, sql: "SELECT code FROM reject LIMIT 5") }
    }

    /// VmHWM of this process, KiB.
    private static func peak() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
