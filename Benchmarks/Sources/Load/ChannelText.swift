/// What a channel's file says below its source, by the shape of the records. The mappings have something of everything,
/// so that they are no flattery.
enum ChannelText {
    static func head(_ id: String) -> String {
        """
        id: \(id)
        name: \(id)
        class: hotline
        level: municipal
        authority: bench
        reply: { type: none }
        """
    }

    static func body(_ shape: RecordShape) -> String {
        switch shape {
        case .ndjson: "format: { type: ndjson }\n" + json
        case .jsonPage: "format: { type: json, records: \"$.rows[*]\" }\n" + json
        case .xml: "format: { type: xml, records: /orders/order }\n" + xml
        case .csv: "format: { type: csv }\n" + csv
        case .mail: "format: { type: email }\n" + mail
        }
    }

    private static let kinds =
        #"{ "01": consultation, "02": help, "03": complaint, "04": report, "05": suggestion, "06": praise }"#

    private static let json = """
        ticket:
          external_id: $.no
          requested_datetime: { from: $.created, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          updated_datetime: { from: $.updated, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          request_type: { from: $.kind, lookup: \(kinds) }
          title: $.subject
          description: { from: $.content, clean: text }
          category_path: { split: $.typePath, by: "/" }
          urgency: { from: $.urgent, lookup: { "0": normal, "1": urgent }, default: normal }
          requester.subject_type: { from: $.caller.kind, lookup: { P: citizen, E: market_entity }, default: unknown }
          requester.name: $.caller.name
          requester.phone: { from: $.caller.tel, clean: phone }
          location.division_code: { from: $.areaCode, match: "^(\\\\d{6})" }
          location.address: { join: [$.city, $.street], with: "" }
          attributes: { each: "$.ext[*]", code: $.code, value: $.key }
        """

    private static let xml = """
        ticket:
          external_id: "@no"
          requested_datetime: { from: created, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          updated_datetime: { from: updated, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          request_type: { from: kind, lookup: \(kinds) }
          title: subject
          description: { from: content, clean: text }
          category_path: { split: typePath, by: "/" }
          urgency: { from: urgent, lookup: { "0": normal, "1": urgent }, default: normal }
          requester.subject_type: { from: caller/@kind, lookup: { P: citizen, E: market_entity }, default: unknown }
          requester.name: caller/name
          requester.phone: { from: caller/tel, clean: phone }
          location.division_code: { from: areaCode, match: "^(\\\\d{6})" }
          location.address: { join: [city, street], with: "" }
          attributes: { each: ext/item, code: "@code", value: "." }
        """

    private static let csv = """
        ticket:
          external_id: no
          requested_datetime: { from: created, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          updated_datetime: { from: updated, date: "yyyy-MM-dd HH:mm:ss", zone: Asia/Shanghai }
          request_type: { from: kind, lookup: \(kinds) }
          title: subject
          description: { from: content, clean: text }
          category_path: { split: typePath, by: "/" }
          urgency: { from: urgent, lookup: { "0": normal, "1": urgent }, default: normal }
          requester.subject_type: { from: personKind, lookup: { P: citizen, E: market_entity }, default: unknown }
          requester.name: name
          requester.phone: { from: tel, clean: phone }
          location.division_code: { from: areaCode, match: "^(\\\\d{6})" }
          location.address: { join: [city, street], with: "" }
        """

    private static let mail = """
        ticket:
          external_id: { first: [message_id, digest] }
          requested_datetime: { first: [date, received] }
          updated_datetime: { first: [date, received] }
          request_type: { const: report }
          title: { from: subject, default: （无主题） }
          description: body.text
          requester.name: { from: body.text, match: "(?m)^[ \\\\t]*姓名[:：][ \\\\t]*(.+)$" }
          requester.phone: { from: body.text, match: "(?m)^[ \\\\t]*电话[:：][ \\\\t]*([-+0-9 ]+)", clean: phone }
          requester.email: reply_to.address
        """
}
