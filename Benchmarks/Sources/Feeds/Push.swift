/// A push as bytes.
enum Push {
    static func request(_ body: [UInt8], path: String, _ shape: RecordShape) -> [UInt8] {
        let type =
            switch shape {
            case .xml: "application/xml"
            case .jsonPage: "application/json"
            case .ndjson, .csv, .mail: "application/x-ndjson"
            }
        let head = """
            POST \(path) HTTP/1.1\r\nHost: localhost\r\nX-Key: \(Installation.key)\r\n\
            Content-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n
            """
        return Array(head.utf8) + body
    }
}
