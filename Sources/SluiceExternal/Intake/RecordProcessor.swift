internal import Foundation
public import SluiceSDK

/// Turns one raw message into tickets and rejects, with nothing but the channel's format and mapping: no store, no
/// clock. `sluice test` and `sluice try` run this very code.
public struct RecordProcessor: Sendable {
    let format: any Format
    let mapping: Mapping
    let limits: ChannelLimits
    let origin: OriginProgram

    public init(format: any Format, mapping: Mapping, limits: ChannelLimits) {
        self.init(format: format, mapping: mapping, limits: limits, origin: .nothing)
    }

    init(format: any Format, mapping: Mapping, limits: ChannelLimits, origin: OriginProgram) {
        self.format = format
        self.mapping = mapping
        self.limits = limits
        self.origin = origin
    }

    public func process(_ message: RawMessage) -> [ProcessedRecord] {
        var results: [ProcessedRecord] = []
        process(message) { results.append($0) }
        return results
    }

    /// Hands over each record as it is read. What `take` throws ends the message and is thrown on.
    func process<Failure: Error>(
        _ message: RawMessage, _ take: (ProcessedRecord) throws(Failure) -> Void
    ) throws(Failure) {
        var index = 0
        var failure: Failure?
        var reject: ProcessedRecord?
        do {
            try format.decode(message, limits: limits) { decoded in
                do throws(Failure) {
                    try take(process(decoded, index: index))
                } catch {
                    failure = error
                    throw error
                }
                index += 1
            }
        } catch {
            reject = .reject(fault(error, in: nil), bytes: message.bytes)
        }
        if let failure { throw failure }
        if let reject { try take(reject) }
    }

    /// One record by itself: what a reject kept, perhaps edited since.
    func process(record bytes: [UInt8], of message: RawMessage) -> ProcessedRecord {
        var results: [ProcessedRecord] = []
        do {
            try format.decodeRecord(bytes, of: message, limits: limits) { decoded in
                results.append(process(decoded, index: results.count))
            }
        } catch {
            results.append(.reject(fault(error, in: nil), bytes: bytes))
        }
        if let only = results.first, results.count == 1 { return only }
        let reason = "one record is wanted here, and \(results.count) are found"
        return .reject(RecordFault(.decode, "replay.record-count", reason), bytes: bytes)
    }

    private func process(_ decoded: DecodedRecord, index: Int) -> ProcessedRecord {
        switch decoded {
        case .fault(var fault, let raw):
            fault.record = fault.record ?? index
            return .reject(fault, bytes: raw)
        case .record(let record):
            let bytes = record.bytes()
            do {
                let mapped = try mapping.map(record)
                let ticket = ProcessedTicket(
                    ticket: mapped.ticket, stripped: mapped.strippedFields, record: index,
                    sourceDigest: SHA256.hash(bytes), contentDigest: mapped.ticket.contentDigest(),
                    origin: try origin.read(record), contents: mapped.contents, size: bytes.count)
                guard let kind = mapped.followUp else { return .ticket(ticket) }
                return .followUp(kind, ticket, bytes: bytes)
            } catch {
                return .reject(fault(error, in: index), bytes: bytes)
            }
        }
    }

    private func fault(_ error: any Error, in record: Int?) -> RecordFault {
        guard var fault = error as? RecordFault else {
            return RecordFault(.decode, "decode.failed", "the format failed: \(error)", record: record)
        }
        fault.record = fault.record ?? record
        return fault
    }
}

public enum ProcessedRecord: Sendable {
    case ticket(ProcessedTicket)
    /// What the source says of a ticket that it has sent, with nothing in it but what it says, and the record's raw
    /// bytes: whether the ticket is known shows in the journal.
    case followUp(FollowUpKind, ProcessedTicket, bytes: [UInt8])
    /// With the record's raw bytes, or the whole message's when it could not be cut into records.
    case reject(RecordFault, bytes: [UInt8])
}

extension ProcessedRecord {
    /// Something of it goes across.
    var isTicket: Bool {
        if case .reject = self { false } else { true }
    }

    /// Bytes that it holds, roughly: those of the record it was made from.
    var size: Int {
        switch self {
        case .ticket(let processed), .followUp(_, let processed, _): processed.size
        case .reject(_, let bytes): bytes.count
        }
    }
}

/// A mapped ticket before the gateway has stamped it.
public struct ProcessedTicket: Sendable {
    public var ticket: IntakeTicket
    /// Fields from which control or bidirectional characters were stripped.
    public var stripped: [String]
    /// Position in the message, from 0.
    public var record: Int
    /// SHA-256 of the record's own bytes.
    public var sourceDigest: [UInt8]
    /// SHA-256 of the mapped fields.
    public var contentDigest: [UInt8]
    /// What the reply sender will need.
    var origin: [String: String] = [:]
    /// Bytes of its attachments that stood in the record, by their digest (hexadecimal).
    var contents: [String: [UInt8]] = [:]
    /// Bytes of the record itself.
    var size = 0
}
