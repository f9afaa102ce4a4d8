import CSVFormat
import EmailFormat
import FormFormat
import JSONFormat
import SluiceSDK
import XMLFormat

/// JSON from an upstream, through a mapping that uses every kind of value.
enum JSONTarget {
    private static let run = RecordRun(
        format(JSONFormat.self, ["records": "$[*]"]),
        ticket: [
            "external_id": "$.no", "title": "$.title", "description": ["from": "$.text", "clean": "html"],
            "request_type": ["from": "$.type", "lookup": ["1": "consultation", "2": "complaint"], "default": "help"],
            "requested_datetime": [
                "from": "$.time", "date": ["yyyy-MM-dd HH:mm:ss", "rfc3339", "epoch-ms", "epoch-s"],
            ],
            "occurred_at": ["from": "$.when", "date": "yyyy/M/d H:mm", "default": "2026-01-05T09:00:00+08:00"],
            "requester.phone": ["from": "$.phone", "clean": "phone"],
            "requester.name": ["first": ["$.name", "$.caller.name"]],
            "requester.is_anonymous": ["from": "$.hidden", "bool": true, "default": "false"],
            "location.long": ["from": "$.x", "number": true],
            "location.address": ["join": ["$.province", "$.city"], "with": " "],
            "tags": ["split": "$.tags", "by": ","],
            "category_path": ["from": "$.path[*]"],
            "location.division_code": ["from": "$.code", "match": "^(\\d{6})"],
            "attributes": ["each": "$.more[*]", "code": "$.k", "value": "$.v"],
        ])

    static func run(_ bytes: [UInt8]) { run.run(RawMessage(bytes: bytes, origin: "fuzz")) }
}

enum CSVTarget {
    private static let dialects =
        ([
            ["header": true], ["header": ["no", "title", "text"], "delimiter": "tab"],
            ["header": true, "delimiter": ";", "quote": "'", "skip": 1], ["header": true, "quote": ""],
        ] as [ConfigLiteral]).map { dialect in
            RecordRun(
                format(CSVFormat.self, ["csv": dialect]),
                ticket: [
                    "external_id": "no", "title": "title", "description": ["from": "text", "default": "-"],
                    "request_type": ["const": "help"], "requested_datetime": ["const": "2026-01-05T09:00:00+08:00"],
                ])
        }

    /// The first byte chooses the dialect.
    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        dialects[Int(first) % dialects.count].run(RawMessage(bytes: Array(bytes.dropFirst()), origin: "fuzz"))
    }
}

enum XMLTarget {
    private static let formats = [
        format(XMLFormat.self, ["records": "//order"]),
        format(XMLFormat.self, ["records": "/list/*"]),
        format(XMLFormat.self, ["records": "//order", "unpack": "/Envelope/Body/return"]),
    ]

    private static let runs = formats.map { format in
        RecordRun(
            format,
            ticket: [
                "external_id": "@id", "title": "title", "description": ["from": "string(text)", "default": "-"],
                "request_type": ["const": "help"], "requested_datetime": ["const": "2026-01-05T09:00:00+08:00"],
                "requester.name": "who/name[1]", "tags": ["from": "tag"],
                "location.address": ["from": "inner", "decode": "xml", "at": "/a/b", "default": "-"],
            ])
    }

    /// The first byte chooses the format; an XPath stands in the first line, and the document behind it.
    static func run(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let (path, document) = Array(bytes.dropFirst()).headAndRest
        let index = Int(first) % formats.count
        let message = RawMessage(bytes: document, origin: "fuzz")
        runs[index].run(message)
        guard let selector = try? formats[index].selector(path.text) else { return }
        _ = try? formats[index].decode(message, limits: ChannelLimits()) { decoded in
            guard case .record(let record) = decoded else { return }
            _ = try? record.select(selector)
            for child in (try? record.children(selector)) ?? [] { _ = child.bytes() }
        }
    }
}

enum MIMETarget {
    private static let run = RecordRun(
        format(EmailFormat.self, ["automatic": "take"]),
        ticket: [
            "external_id": ["first": ["message_id", "subject"], "default": "none"],
            "title": ["from": "subject", "default": "-"], "description": ["from": "body.text", "default": "-"],
            "request_type": ["const": "help"],
            "requested_datetime": ["from": "date", "date": "rfc3339", "default": "2026-01-05T09:00:00+08:00"],
            "requester.name": ["from": "from.name", "default": "-"],
            "attachments": ["each": "attachments", "name": "name", "media_type": "content_type", "size": "size"],
        ])

    static func run(_ bytes: [UInt8]) { run.run(RawMessage(bytes: bytes, origin: "fuzz")) }
}

enum FormTarget {
    private static let run = RecordRun(
        format(FormFormat.self, [:]),
        ticket: [
            "external_id": "no", "description": ["from": "text", "default": "-"], "request_type": ["const": "help"],
            "requested_datetime": ["const": "2026-01-05T09:00:00+08:00"],
        ])

    /// The Content-Type stands in the first line.
    static func run(_ bytes: [UInt8]) {
        let (type, body) = bytes.headAndRest
        run.run(RawMessage(bytes: body, contentType: type.text, origin: "fuzz"))
    }
}

private func format<Made: Format>(_ type: Made.Type, _ config: ConfigLiteral) -> Made {
    do {
        return try Made(Config(config, spec: Made.spec.config))
    } catch {
        fatalError("the format of a target: \(error)")
    }
}
