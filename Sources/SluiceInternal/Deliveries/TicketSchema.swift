internal import SluiceSDK

/// JSON Schema of the ticket as handlers read it: the intake half and the handling half. Members of later steps are not in
/// it until they are in the ticket.
public enum TicketSchema {
    public static func json() -> [UInt8] {
        IntakeTicket.jsonSchema(
            extended: "Sluice ticket",
            "A ticket as its handlers read it; what the configuration keeps from one is missing.",
            required: ["handling"]
        ) { writer in
            object(
                &writer, "handling", required: ["number", "status", "agency_code", "agency_responsible", "assignments"]
            ) {
                text(&$0, "number", "诉求编号")
                $0.key("status")
                $0.beginObject()
                $0.field("title", "状态")
                $0.field("enum", CaseStatus.allCases.map(\.rawValue))
                $0.endObject()
                text(&$0, "agency_code", "承办单位代码")
                text(&$0, "agency_responsible", "承办单位")
                list(&$0, "assignments", "交办") { writer in
                    writer.field("type", "object")
                    writer.key("properties")
                    writer.beginObject()
                    text(&writer, "agency_code", "承办单位代码")
                    time(&writer, "dispatched_at", "交办时间")
                    writer.endObject()
                }
                list(&$0, "co_agencies", "共享单位") { $0.field("type", "string") }
                list(&$0, "attachments", "附件") { writer in
                    writer.field("type", "object")
                    writer.field("required", ["attachment_id", "name", "state"])
                    writer.key("properties")
                    writer.beginObject()
                    text(&writer, "attachment_id", "附件编号")
                    text(&writer, "name", "附件名称")
                    text(&writer, "state", "附件状态")
                    text(&writer, "code", "未取得的原因")
                    text(&writer, "media_type", "按内容判定的类型")
                    scalar(&writer, "size", "字节数") { $0.field("type", "integer") }
                    text(&writer, "sha256", "摘要")
                    text(&writer, "media_url", "来源地址")
                    text(&writer, "path", "下载路径")
                    writer.endObject()
                }
                time(&$0, "withdrawn_at", "撤回时间")
                text(&$0, "held_back", "未提供的字段")
            }
            object(&writer, "case_event", required: ["type"]) { text(&$0, "type", "办理事件") }
        }
    }

    private static func object(
        _ writer: inout JSONWriter, _ name: String, required: [String], _ members: (inout JSONWriter) -> Void
    ) {
        writer.key(name)
        writer.beginObject()
        writer.field("type", "object")
        writer.field("required", required)
        writer.key("properties")
        writer.beginObject()
        members(&writer)
        writer.endObject()
        writer.endObject()
    }

    private static func text(_ writer: inout JSONWriter, _ name: String, _ label: String) {
        scalar(&writer, name, label) { $0.field("type", "string") }
    }

    private static func time(_ writer: inout JSONWriter, _ name: String, _ label: String) {
        scalar(&writer, name, label) {
            $0.field("type", "string")
            $0.field("format", "date-time")
        }
    }

    private static func list(
        _ writer: inout JSONWriter, _ name: String, _ label: String, _ item: (inout JSONWriter) -> Void
    ) {
        scalar(&writer, name, label) {
            $0.field("type", "array")
            $0.key("items")
            $0.beginObject()
            item(&$0)
            $0.endObject()
        }
    }

    private static func scalar(
        _ writer: inout JSONWriter, _ name: String, _ label: String, _ constraints: (inout JSONWriter) -> Void
    ) {
        writer.key(name)
        writer.beginObject()
        writer.field("title", label)
        constraints(&writer)
        writer.endObject()
    }
}
