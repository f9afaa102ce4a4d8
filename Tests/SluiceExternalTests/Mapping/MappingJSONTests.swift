import JSONFormat
import SluiceConfig
import SluiceExternal
import SluiceSDK
import Testing

/// The mapping over a real format, as a channel's file writes it.
struct MappingJSONTests {
    private func records(_ ticket: String, _ document: String) throws -> [Result<MappedRecord, RecordFault>] {
        let format = try JSONFormat(
            Config(try YAMLFile.parse("type: json\nrecords: $.rows[*]\ncharset: utf-8", file: "a.yaml")))
        let section = try YAMLFile.parse(ticket, file: "a.yaml").entries ?? []
        let mapping = try Mapping(compiling: section, format: format, zone: .shanghai)
        var results: [Result<MappedRecord, RecordFault>] = []
        try format.decode(RawMessage(bytes: Array(document.utf8)), limits: ChannelLimits()) { decoded in
            guard case .record(let record) = decoded else { return }
            do { results.append(.success(try mapping.map(record))) } catch let fault as RecordFault {
                results.append(.failure(fault))
            }
        }
        return results
    }

    private let section = """
        external_id: $.orderNo
        request_type: { from: $.orderType, lookup: { "1": consultation, "2": complaint }, default: help }
        title: { from: $.title, clean: text }
        description: { from: $.content, clean: html }
        requested_datetime: { from: $.acceptTime, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
        requester.name: $.complainant.name
        requester.phone: { from: $.complainant.tel, clean: phone }
        location.division_code: { from: $.areaCode, match: "^(\\\\d{6})" }
        location.address: { join: [$.city, $.street], with: "" }
        category_path: { split: $.typePath, by: "/" }
        attachments: { each: "$.files[*]", name: $.fileName, media_url: $.url }
        attributes: { each: "$.ext[*]", code: $.key, value: $.value }
        service_code: { from: $.packed, decode: json, at: $.service.code }
        """

    @Test func aChannelsSectionFillsTheTicket() throws {
        let document = """
            {"rows":[{"orderNo":"A-1","orderType":2,"title":" 电梯 ","content":"<p>停运</p>","acceptTime":"2026-01-05 09:30:00",
            "complainant":{"name":"张三","tel":"138 0000 0000"},"areaCode":370403001,"city":"枣庄市","street":"光明路","typePath":"住建/电梯",
            "files":[{"fileName":"a.jpg","url":"http://x/a.jpg"}],"ext":[{"key":"楼号","value":3}],"packed":"{\\"service\\":{\\"code\\":\\"0012\\"}}"}]}
            """
        let ticket = try #require(try records(section, document).first).get().ticket
        #expect(
            String(decoding: ticket.json(), as: UTF8.self) == """
                {"external_id":"A-1","requested_datetime":"2026-01-05T09:30:00+08:00","updated_datetime":"2026-01-05T09:30:00+08:00",\
                "request_type":"complaint","title":"电梯","description":"停运","service_code":"0012","category_path":["住建","电梯"],\
                "urgency":"normal","confidentiality":"internal","requester":{"subject_type":"unknown","name":"张三","phone":"13800000000",\
                "is_anonymous":false,"reply_wanted":true},"location":{"division_code":"370403","address":"枣庄市光明路"},\
                "attributes":[{"code":"楼号","value":"3"}],"attachments":[{"name":"a.jpg","media_url":"http://x/a.jpg"}],\
                "personal_fields":["requester.name","requester.phone"]}
                """)
    }

    @Test func oneBadRecordLeavesTheOthers() throws {
        let document =
            #"{"rows":[{"orderNo":"1","content":"a","acceptTime":"2026-01-05 09:30:00"},{"orderNo":"2","acceptTime":"gestern"}]}"#
        let results = try records(section, document)
        #expect(results.count == 2)
        #expect(throws: Never.self) { try results[0].get() }
        guard case .failure(let fault) = results[1] else { return #expect(Bool(false), "the record was taken") }
        #expect(
            fault.description
                == "[map.date] field requested_datetime ($.acceptTime): the value is not a date as the mapping describes it"
        )
    }

    @Test func filtersFindWhatASourceKeepsInListsOfNamesAndValues() throws {
        let document = #"""
            {"rows":[{"no":"1","t":"2026-01-05 09:30:00","form":[{"k":"text","v":"lamp"},{"k":"phone","v":"13800000000"}],
             "files":[{"u":"/a","ok":true},{"u":"/b","ok":false}]}]}
            """#
        let section = """
            external_id: $.no
            request_type: { const: help }
            description: $.form[?@.k == 'text'].v
            requested_datetime: { from: $.t, date: "yyyy-MM-dd HH:mm:ss" }
            requester.phone: { from: "$.form[?match(@.k, 'phone|tel')].v" }
            title: { first: ["$.form[?@.k == 'title'].v", "$.form[?@.k == 'text'].v"] }
            attachments: { each: "$.files[?@.ok == true]", name: $.u, media_url: $.u }
            """
        let ticket = try #require(try records(section, document).first).get().ticket
        #expect(ticket[.description] == .string("lamp"))
        #expect(ticket[.title] == .string("lamp"))
        #expect(ticket[.requesterPhone] == .string("13800000000"))
        #expect(ticket[.attachments] == .attachments([TicketAttachment(name: "a", mediaURL: "/a")]))
    }

    @Test func aSelectorThatLooksAtTooMuchIsAFaultOfItsField() throws {
        let chain = String(repeating: "[1,", count: 55) + "1" + String(repeating: "]", count: 55)
        let row = #"{"orderNo":"1","content":"a","acceptTime":"2026-01-05 09:30:00","deep":\#(chain)}"#
        let section = section + "\nservice_name: $.deep..*..*..*..*"
        guard case .failure(let fault) = try records(section, #"{"rows":[\#(row)]}"#)[0] else {
            return #expect(Bool(false), "the record was taken")
        }
        #expect(fault.code == "jsonpath.limit")
        #expect(fault.field == "service_name")
        #expect(fault.selector == "$.deep..*..*..*..*")
    }

    @Test func selectorsThatTheFormatRefusesAreIssuesWithTheirPlace() {
        #expect(throws: ConfigIssues.self) { try records("title: \"$.a[?@.b = 1]\"", "{}") }
        do {
            _ = try records(section + "\nservice_name: \"$.a[?@.b = 1]\"", "{}")
        } catch {
            #expect(
                "\(error)".hasPrefix(
                    "a.yaml:14:15 error [mapping.selector] '$.a[?@.b = 1]' is not a selector of this format; "))
        }
    }
}
