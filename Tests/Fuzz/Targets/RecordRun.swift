import SluiceSDK

@testable import SluiceExternal

/// What a channel does with a message: decode it, map every record, and keep what a desk would send again.
struct RecordRun: Sendable {
    private let processor: RecordProcessor
    private let format: any Format
    private let limits: ChannelLimits

    init(_ format: any Format, ticket: ConfigLiteral) {
        var limits = ChannelLimits()
        (limits.records, limits.depth) = (1000, 32)
        self.limits = limits
        self.format = format
        do {
            let mapping = try Mapping(compiling: ticket.value.entries ?? [], format: format, zone: .shanghai)
            processor = RecordProcessor(format: format, mapping: mapping, limits: limits)
        } catch {
            fatalError("the mapping of a target: \(error)")
        }
    }

    func run(_ message: RawMessage) {
        for record in processor.process(message) {
            guard case .ticket(let found) = record else { continue }
            // What the mapping lets through, the relay must be able to read.
            let ticket = Self.stamp.apply(
                to: found, channelID: "fuzz", raw: Self.lineage, receivedAt: Timestamp(milliseconds: 1_790_000_000_000))
            do {
                let body = ticket.json()
                let document = try JSONDocument.parse(body, maxDepth: 8)
                demand(!document.isRepaired, "a ticket is written with text that is none")
                let read = try IntakeTicket(json: document.root)
                demand(read.json() == body, "a ticket reads back otherwise than it was written")
                for field in read.fields {
                    guard case .string(let text)? = read[field] else { continue }
                    demand(TextHygiene.firstViolation(in: text) == nil, "the mapping left something in \(field.name)")
                }
            } catch let violation as SchemaViolation where violation.code == "schema.too-long" {
                // A limit that the relay has and the mapping does not.
            } catch {
                demand(false, "a mapped ticket is refused: \(error)")
            }
        }
        _ = try? format.decode(message, limits: limits) { decoded in
            guard case .record(let record) = decoded else { return }
            try? format.decodeRecord(record.bytes(), of: message, limits: limits) { _ in }
        }
    }

    private static let stamp = Stamp(jurisdictionID: "370400", zone: .shanghai)
    private static let lineage = RawLineage(
        sha256: String(repeating: "0", count: 64), bytes: 1, storedAt: "2026-01-05T09:00:00+08:00")
}
