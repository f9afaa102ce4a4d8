import SluiceBoundary
import SluiceSDK
import SluiceTesting

/// Keys in a folder, and tickets to seal.
struct SealingBench {
    let folder = TemporaryFolder()
    let place: KeyFiles.SealingPlace

    static let phone = "13900001234"
    static let name = "王小明"

    init() throws {
        place = KeyFiles.SealingPlace(
            folder: folder("internal/keys/sealing"), certificate: folder("internal/keys/sealing.crt"),
            copies: [folder("external/keys/sealing.crt")])
        _ = try KeyFiles.prepareSealing(place)
    }

    /// It looks at its file each time.
    func sealer() throws -> TicketSealer {
        try TicketSealer(certificateAt: folder("external/keys/sealing.crt"), patience: .zero)
    }
    func opener() throws -> TicketOpener { try TicketOpener(folder: place.folder) }

    static func ticket(
        _ number: String = "A-1", revision: Int = 1, change: (inout IntakeTicket) -> Void = { _ in }
    ) -> IntakeTicket {
        var ticket = IntakeTicket()
        ticket[.schemaVersion] = .string(IntakeTicket.schemaVersion)
        ticket[.ticketID] = .string(
            StableID.ticket(jurisdictionID: "370400", channelID: "hotline-1", externalID: number))
        ticket[.revision] = .integer(revision)
        ticket[.jurisdictionID] = .string("370400")
        ticket[.channelID] = .string("hotline-1")
        ticket[.externalID] = .string(number)
        for field in [IntakeField.receivedAt, .requestedDatetime, .updatedDatetime] {
            ticket[field] = .string("2026-01-05T09:00:00+08:00")
        }
        ticket[.requestType] = .string("complaint")
        ticket[.description] = .string("小区门口的路灯\n三天不亮")
        ticket[.urgency] = .string("normal")
        ticket[.confidentiality] = .string("internal")
        ticket[.requesterSubjectType] = .string("citizen")
        ticket[.requesterName] = .string(name)
        ticket[.requesterPhone] = .string(phone)
        ticket[.requesterIsAnonymous] = .boolean(false)
        ticket[.requesterReplyWanted] = .boolean(true)
        ticket[.locationAddress] = .string("光明路1号")
        ticket[.personalFields] = .strings(["requester.name", "requester.phone"])
        ticket[.lineageRaw] = .rawLineage(
            RawLineage(sha256: String(repeating: "a", count: 64), bytes: 10, storedAt: "2026-01-05T09:00:00+08:00"))
        change(&ticket)
        return ticket
    }

    static func item(_ sealed: (body: [UInt8], sealed: SealedPart), of ticket: IntakeTicket) -> Item {
        Item(
            id: ticket.ticketID, channelID: "hotline-1", kind: .ticketOpened, createdAt: Timestamp(milliseconds: 0),
            body: sealed.body, sealed: sealed.sealed)
    }

    /// Sealed as one of so many tickets of a message.
    func item(_ ticket: IntakeTicket, scope: SealingScope = .personal, tickets: Int = 1) throws -> Item {
        Self.item(try sealer().session(scope, tickets: tickets).seal(ticket), of: ticket)
    }
}

extension Item {
    var text: String { String(decoding: body, as: UTF8.self) }
}
