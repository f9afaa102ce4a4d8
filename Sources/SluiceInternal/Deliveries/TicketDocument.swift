internal import GRDB
internal import SluiceSDK

/// The ticket as handlers see it: the intake half with their masks, and what happened since under `handling`.
struct TicketDocument {
    var intake: [UInt8]
    var number: String
    var status: CaseStatus
    var owner: String
    var ownerName: String
    var admittedAt: Timestamp
    var withdrawnAt: Timestamp?
    var sharedWith: [String]
    /// What became of the files; events, which say the same every time, do not tell it.
    var attachments: [AttachmentEntry] = []

    func write(to writer: inout JSONWriter, policy: FieldPolicy, zone: Zone) throws {
        // The intake document is one object: what follows takes the place of its closing brace.
        let shown = policy.isOpen ? intake : policy.applied(to: try IntakeDocument.read(intake)).json()
        var handling = JSONWriter(reserving: 256)
        writeHandling(to: &handling, policy: policy, zone: zone)
        var document = [UInt8]()
        document.reserveCapacity(shown.count + handling.bytes.count + 16)
        document += shown[..<(shown.count - 1)]
        document += ",\"handling\":".utf8
        document += handling.bytes
        document.append(UInt8(ascii: "}"))
        writer.raw(document)
    }

    private func writeHandling(to writer: inout JSONWriter, policy: FieldPolicy, zone: Zone) {
        writer.beginObject()
        writer.field("number", number)
        writer.field("status", status.rawValue)
        writer.field("agency_code", owner)
        writer.field("agency_responsible", ownerName)
        writer.key("assignments")
        writer.beginArray()
        writer.beginObject()
        writer.field("agency_code", owner)
        writer.field("dispatched_at", admittedAt.rfc3339(in: zone))
        writer.endObject()
        writer.endArray()
        if !sharedWith.isEmpty { writer.field("co_agencies", sharedWith) }
        if !attachments.isEmpty, policy.shows(.attachments) {
            writer.key("attachments")
            writer.beginArray()
            for attachment in attachments { attachment.write(to: &writer) }
            writer.endArray()
        }
        writer.field("withdrawn_at", withdrawnAt?.rfc3339(in: zone))
        if !policy.isOpen { writer.field("held_back", policy.text) }
        writer.endObject()
    }
}
