import GRDB
import SluiceBoundary
import SluiceSDK
import SluiceStore
import SluiceTesting
import Testing

@testable import SluiceInternal

@Suite struct SealedAdmissionTests {
    private let folder = TemporaryFolder()
    private let sealer: TicketSealer
    private let bench: Bench

    init() throws {
        _ = try KeyFiles.prepareSealing(
            .init(folder: folder("keys"), certificate: folder("sealing.crt"), copies: []))
        sealer = try TicketSealer(certificateAt: folder("sealing.crt"))
        bench = try Bench([.fallback()], opener: TicketOpener(folder: folder("keys")))
    }

    private func sealed(_ ticket: IntakeTicket, with sealer: TicketSealer? = nil) throws -> Item {
        let parts = try (sealer ?? self.sealer).session(.personal, tickets: 1).seal(ticket)
        var item = Item(ticket: ticket)
        (item.body, item.sealed) = (parts.body, parts.sealed)
        return item
    }

    private func document(_ number: String) async throws -> JSONElement {
        let bytes = try #require(
            try await bench.zone.desk.document(IntakeTicket.id(number), showsPersonal: true))
        return try JSONDocument.parse(bytes).root
    }

    private func refusals() throws -> [RefusalBody] {
        try bench.store.read { db in
            try Row.fetchAll(db, sql: "SELECT unpacked(content) FROM outbox WHERE kind = 'refusal' ORDER BY id")
                .map { try RefusalBody(json: Blob.bytes($0, 0)) }
        }
    }

    @Test func aSealedTicketIsAdmittedWhole() async throws {
        try await bench.admit([try sealed(.sample("A-1"))])
        let document = try await document("A-1")
        #expect(document["requester"]?["phone"]?.string == "13812341234")
        #expect(document["description"]?.string == "路灯不亮")
        #expect(try refusals().isEmpty)
        // A second time it is known.
        try await bench.admit([try sealed(.sample("A-1"))])
        #expect(try await bench.count("SELECT count(*) FROM revision") == 1)
    }

    @Test func whatCannotBeAdmittedIsKeptCountedAndToldOutward() async throws {
        var moved = try sealed(.sample("A-1"))
        moved.sealed = try sealed(.sample("A-2")).sealed
        let control = try sealed(named(.sample("A-3"), "张\u{7}三"))
        var broken = try sealed(.sample("A-4"))
        broken.sealed?.bytes[200] ^= 1
        try await bench.admit([moved, control, broken, try sealed(.sample("A-5"))])
        let told = try refusals()
        #expect(told.map(\.code) == ["sealed.moved", "text.control", "sealed.broken"])
        #expect(told.map(\.externalID) == ["A-1", "A-3", "A-4"])
        #expect(told[1].reason.contains("requester.name") && !told[1].reason.contains("张"))
        let day = try await bench.day()
        #expect(day.count(.itemsRefused, IntakeTicket.channel) == 3)
        #expect(day.count(.itemsOpened, IntakeTicket.channel) == 1, "the others are not held up")
        #expect(
            try await bench.count("SELECT count(*) FROM refused WHERE sealed IS NOT NULL AND length(body) > 0") == 3)
    }

    @Test func aRefusedItemThatComesAgainIsOneCase() async throws {
        let item = try sealed(named(.sample("A-1"), "张\u{7}三"))
        try await bench.admit([item])
        try await bench.admit([item])
        #expect(try refusals().count == 1)
        let day = try await bench.day()
        #expect(day.count(.itemsRefused) == 1 && day.count(.itemsRepeated) == 1)
    }

    @Test func aLaterRevisionDoesNotWaitForARefusedOne() async throws {
        try await bench.admit([try sealed(named(.sample("A-1"), "张\u{7}三"))])
        try await bench.admit([try sealed(.sample("A-1", revision: 2))])
        #expect(try await bench.count("SELECT revision FROM ticket") == 2)
    }

    @Test func whatIsSealedToAKeyThatIsNotThereIsAdmittedOnceItIs() async throws {
        let other = KeyFiles.SealingPlace(folder: folder("other"), certificate: folder("other.crt"), copies: [])
        let made = try KeyFiles.prepareSealing(other)
        let item = try sealed(.sample("A-1"), with: TicketSealer(certificateAt: other.certificate))
        try await bench.admit([item])
        #expect(try refusals().map(\.code) == ["sealed.key-unknown"])
        #expect(try refusals().first?.reason.contains(made.fingerprint) == true)
        #expect(try await bench.zone.pipeline.admitRefused() == 0)
        // An administrator puts it back; nothing is started again.
        let name = made.fingerprint + ".key"
        try writeFile(try readFile(other.folder + "/" + name), folder("keys/" + name))
        try setMode(0o600, of: folder("keys/" + name))
        #expect(try await bench.zone.pipeline.admitRefused() == 1)
        #expect(try await document("A-1")["requester"]?["name"]?.string == "张三丰")
        let day = try await bench.day()
        #expect(day.count(.itemsRefused) == 0 && day.count(.itemsOpened) == 1)
        #expect(try await bench.zone.pipeline.admitRefused() == 0)
    }

    @Test func withoutAnyKeyWhatIsSealedIsKeptAndWhatIsNotGoesOn() async throws {
        let bare = try Bench([.fallback()])
        try await bare.admit([try sealed(.sample("A-1")), Item(ticket: .sample("A-2"))])
        #expect(try await bare.texts("SELECT code FROM refused") == ["sealed.no-key"])
        #expect(try await bare.count("SELECT count(*) FROM ticket") == 1)
    }

    private func named(_ ticket: IntakeTicket, _ name: String) -> IntakeTicket {
        var ticket = ticket
        ticket[.requesterName] = .string(name)
        return ticket
    }
}
