import SluiceSDK

/// The same record as different upstreams write it.
enum RecordShape: Sendable {
    case ndjson, jsonPage, xml, csv, mail

    var opening: String {
        switch self {
        case .jsonPage: #"{"code":0,"rows":["#
        case .xml: #"<?xml version="1.0" encoding="UTF-8"?><orders>"#
        case .csv:
            "no,created,updated,kind,subject,content,name,tel,personKind,areaCode,city,street,typePath,urgent\r\n"
        case .ndjson, .mail: ""
        }
    }

    var separator: String {
        switch self {
        case .jsonPage: ","
        case .ndjson: "\n"
        case .csv: "\r\n"
        case .xml, .mail: ""
        }
    }

    var closing: String {
        switch self {
        case .jsonPage: "]}"
        case .xml: "</orders>"
        case .ndjson, .csv, .mail: ""
        }
    }

    func append(_ record: Workload.Record, _ texts: Texts, to bytes: inout [UInt8]) {
        switch self {
        case .ndjson, .jsonPage: appendJSON(record, texts, to: &bytes)
        case .xml: appendXML(record, texts, to: &bytes)
        case .csv: appendCSV(record, texts, to: &bytes)
        case .mail: appendMail(record, texts, to: &bytes)
        }
    }

    private func appendJSON(_ record: Workload.Record, _ texts: Texts, to bytes: inout [UInt8]) {
        bytes += #"{"no":""#.utf8
        bytes += record.name.utf8
        bytes += #"","created":""#.utf8
        bytes += record.created.utf8
        bytes += #"","updated":""#.utf8
        bytes += record.updated.utf8
        bytes += #"","kind":""#.utf8
        bytes += record.kind.utf8
        bytes +=
            #"","subject":"关于民生问题的反映","areaCode":"370402001","street":"光明路街道","city":"枣庄市","caller":{"name":"王某某","tel":""#
            .utf8
        bytes += record.phone.utf8
        bytes +=
            #"","kind":"P"},"typePath":"城乡建设/市政设施/路灯","urgent":"0","ext":[{"code":"channel","key":"电话"},{"code":"batch","key":"七"}],"content":"#
            .utf8
        bytes += texts.literals[record.text]
        bytes += "}".utf8
    }

    private func appendXML(_ record: Workload.Record, _ texts: Texts, to bytes: inout [UInt8]) {
        bytes +=
            """
            <order no="\(record.name)"><created>\(record.created)</created><updated>\(record.updated)</updated>\
            <kind>\(record.kind)</kind><subject>关于民生问题的反映</subject><areaCode>370402001</areaCode>\
            <street>光明路街道</street><city>枣庄市</city><caller kind="P"><name>王某某</name><tel>\(record.phone)</tel></caller>\
            <typePath>城乡建设/市政设施/路灯</typePath><urgent>0</urgent>\
            <ext><item code="channel">电话</item><item code="batch">七</item></ext><content>
            """.utf8
        bytes += texts.plain[record.text]
        bytes += "</content></order>".utf8
    }

    private func appendCSV(_ record: Workload.Record, _ texts: Texts, to bytes: inout [UInt8]) {
        bytes += "\(record.name),\(record.created),\(record.updated),\(record.kind),关于民生问题的反映,\"".utf8
        bytes += texts.plain[record.text]
        bytes += "\",王某某,\(record.phone),P,370402001,枣庄市,光明路街道,城乡建设/市政设施/路灯,0".utf8
    }

    private func appendMail(_ record: Workload.Record, _ texts: Texts, to bytes: inout [UInt8]) {
        let second = record.number % 60
        let subject = Base64.encode(Array("关于民生问题的反映".utf8))
        bytes +=
            """
            Message-ID: <\(record.name)\(Workload.mailbox)>\r\nDate: Mon, 05 Jan 2026 \(record.isRevision ? "11" : "09"):\
            \(second < 10 ? "0" : "")\(second):00 +0800\r\nFrom: =?UTF-8?B?\(Base64.encode(Array("王某某".utf8)))?= \
            <citizen@mail.example>\r\nTo: hotline@city.example\r\nSubject: =?UTF-8?B?\(subject)?=\r\n\
            MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n
            """.utf8
        let text = Array("姓名：王某某\n电话：\(record.phone)\n".utf8) + texts.plain[record.text]
        for (index, byte) in Base64.encode(text).utf8.enumerated() {
            if index > 0, index % 76 == 0 { bytes += "\r\n".utf8 }
            bytes.append(byte)
        }
        bytes += "\r\n".utf8
    }
}
