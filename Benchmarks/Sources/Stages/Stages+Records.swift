import CSimdjson
import NDJSONFormat
import SluiceConfig
import SluiceExternal
import SluiceSDK

extension Stages {
    /// From messages to tickets, in this process.
    func records(_ messages: [[UInt8]], _ rows: inout StageRows) throws -> [Body] {
        let format = try format()
        let mapping = try mapping(format)
        let raw = messages.map { RawMessage(bytes: $0) }
        try parse(raw, format, &rows)
        try map(raw, format, mapping, &rows)
        return process(raw, format, mapping, &rows)
    }

    func processor() throws -> RecordProcessor {
        let format = try format()
        return processor(format, try mapping(format))
    }

    private func processor(_ format: NDJSONFormat, _ mapping: Mapping) -> RecordProcessor {
        RecordProcessor(format: format, mapping: mapping, limits: ChannelLimits())
    }

    private func format() throws -> NDJSONFormat { try NDJSONFormat(Config(ConfigValue(.map([])), baseFolder: ".")) }

    private func mapping(_ format: NDJSONFormat) throws -> Mapping {
        let file = try YAMLFile.parse(ChannelText.body(.ndjson), file: "bench.yaml")
        guard let ticket = file["ticket"]?.entries else { throw InstallationError("the channel has no ticket") }
        return try Mapping(compiling: ticket, format: format, zone: .shanghai)
    }

    private func parse(_ messages: [RawMessage], _ format: NDJSONFormat, _ rows: inout StageRows) throws {
        var (parsed, bare) = (0, 0)
        let rate = try Rate.of(count) {
            for message in messages {
                try format.decode(message, limits: ChannelLimits()) { decoded in
                    guard case .record(let record) = decoded else { return }
                    Self.keep(record)
                    parsed += 1
                }
            }
        }
        let neighbour = Rate.of(count) {
            for message in messages { BareJSON.eachLine(of: message.bytes) { bare += $0.error == 0 ? 1 : 0 } }
        }
        rows.add("parse", rate, beside: .init("the same lines through simdjson", neighbour))
        rows.expect(count, parsed, "records parsed")
        rows.expect(count, bare, "lines through simdjson")
    }

    /// The clock runs while a record is mapped, and stands still while the next one is parsed.
    private func map(
        _ messages: [RawMessage], _ format: NDJSONFormat, _ mapping: Mapping, _ rows: inout StageRows
    ) throws {
        var (mapped, spent, bare, bytes) = (0, UInt64(0), UInt64(0), 0)
        for message in messages {
            try format.decode(message, limits: ChannelLimits()) { decoded in
                guard case .record(let record) = decoded else { return }
                let start = now()
                Self.keep(try mapping.map(record))
                spent += now() - start
                mapped += 1
            }
            BareJSON.eachLine(of: message.bytes) { document in
                let start = now()
                bytes += BareJSON.texts(of: document)
                bare += now() - start
            }
        }
        Self.keep(bytes)
        rows.add(
            "map (a parsed record → a ticket's fields)", Rate.of(count, in: spent),
            beside: .init("every text of the parsed record copied", Rate.of(count, in: bare)))
        rows.expect(count, mapped, "records mapped")
    }

    private func process(
        _ messages: [RawMessage], _ format: NDJSONFormat, _ mapping: Mapping, _ rows: inout StageRows
    ) -> [Body] {
        let processor = processor(format, mapping)
        var bodies: [Body] = []
        let rate = Rate.of(count) {
            for message in messages {
                for record in processor.process(message) {
                    guard case .ticket(let mapped) = record else { continue }
                    bodies.append(("t\(bodies.count * 7_919 % 1_000_003)", mapped.ticket.json()))
                }
            }
        }
        let hashed = Rate.of(count) { for body in bodies { Self.keep(SHA256.hash(body.body)) } }
        rows.add("parse, map, digest, write", rate, beside: .init("SHA-256 of what comes out", hashed))
        rows.expect(count, bodies.count, "tickets written")
        return bodies
    }
}
