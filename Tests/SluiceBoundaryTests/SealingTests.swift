@testable import SluiceBoundary
import SluiceSDK
import SluiceTesting
import Testing

@Suite struct SealingTests {
    @Test(arguments: [1, 100])
    func whatNamesTheRequesterIsSealedAndTheRestStandsInClear(tickets: Int) throws {
        let bench = try SealingBench()
        let ticket = SealingBench.ticket()
        let item = try bench.item(ticket, tickets: tickets)
        for word in [SealingBench.phone, SealingBench.name, "lineage", String(repeating: "a", count: 64)] {
            #expect(!item.text.contains(word), "\(word)")
        }
        for word in ["路灯", "光明路", "requester.phone", "citizen"] { #expect(item.text.contains(word), "\(word)") }
        #expect(try bench.opener().open(item) == ticket)
        #expect(try item.sealed?.checkForm() == bench.sealer().session(.personal, tickets: 1).keyID)
    }

    @Test func ofAConfidentialTicketNothingIsLeftThatAPersonWrote() throws {
        let bench = try SealingBench()
        let ticket = SealingBench.ticket { $0[.attributes] = .attributes([.init(code: "level", value: "秘密")]) }
        let item = try bench.item(ticket, scope: .whole, tickets: 100)
        for word in [SealingBench.phone, "路灯", "光明路", "秘密", "attributes"] {
            #expect(!item.text.contains(word), "\(word)")
        }
        #expect(try bench.opener().open(item) == ticket)
        let part = try #require(item.sealed)
        #expect(try CMSMessage(part.bytes[...]).length == part.bytes.count, "each has a key of its own")
    }

    @Test func aFieldThatTheChannelMarksIsSealedToo() throws {
        let bench = try SealingBench()
        let ticket = SealingBench.ticket { $0[.personalFields] = .strings(["description"]) }
        let item = try bench.item(ticket)
        #expect(!item.text.contains("路灯"))
        #expect(try bench.opener().open(item) == ticket)
    }

    @Test func whatIsSealedOpensWithOpenSSLAlone() throws {
        let bench = try SealingBench()
        let part = try #require(try bench.item(SealingBench.ticket()).sealed)
        try writeFile(part.bytes, bench.folder("part.der"))
        let key = try #require(names(in: bench.place.folder).first)
        let child = try ChildProcess(
            "/usr/bin/openssl",
            [
                "cms", "-decrypt", "-inform", "DER", "-in", bench.folder("part.der"), "-inkey",
                bench.place.folder + "/" + key, "-out", bench.folder("opened.json"),
            ], environment: [:], output: bench.folder("log"))
        #expect(child.wait() == .exited(0))
        let opened = String(decoding: try readFile(bench.folder("opened.json")), as: UTF8.self)
        #expect(opened.contains(SealingBench.phone) && opened.contains(#""revision":1"#))
    }

    @Test(arguments: [1, 100])
    func aSealedPartCannotBeMovedToAnotherTicket(tickets: Int) throws {
        let bench = try SealingBench()
        let session = try bench.sealer().session(.personal, tickets: tickets)
        let (one, other) = (SealingBench.ticket("A-1"), SealingBench.ticket("A-2"))
        var item = SealingBench.item(try session.seal(other), of: other)
        item.sealed = try session.seal(one).sealed
        #expect(throws: SealingError(code: "sealed.moved")) { try bench.opener().open(item) }
        let later = SealingBench.ticket("A-1", revision: 2)
        var revised = SealingBench.item(try session.seal(later), of: later)
        revised.sealed = try session.seal(one).sealed
        #expect(throws: SealingError(code: "sealed.moved")) { try bench.opener().open(revised) }
    }

    @Test(arguments: [1, 100])
    func noAlteredByteOpensAsSomethingElse(tickets: Int) throws {
        let bench = try SealingBench()
        let ticket = SealingBench.ticket()
        let item = try bench.item(ticket, tickets: tickets)
        let opener = try bench.opener()
        var refused = 0
        // The key's message and then the ticket's, as one value.
        let stored = item.sealed!.stored
        func with(_ stored: [UInt8]) -> Item {
            var other = item
            other.sealed = SealedPart(stored: stored)
            return other
        }
        #expect(with(stored) == item)
        for index in stored.indices.dropFirst() {
            var altered = stored
            altered[index] ^= 0x01
            // A few bytes are names that nobody relies on; what opens is what was sealed.
            do { #expect(try opener.open(with(altered)) == ticket) } catch { refused += 1 }
        }
        #expect(refused > stored.count * 9 / 10)
        for count in [1, 2, 21, stored.count - 1] {
            #expect(throws: (any Error).self) { try opener.open(with(Array(stored.prefix(count)))) }
        }
    }

    @Test func withoutThePrivateKeyTheKeyIsNamed() throws {
        let (bench, other) = (try SealingBench(), try SealingBench())
        let item = try bench.item(SealingBench.ticket())
        let fingerprint = try bench.sealer().fingerprint
        #expect { try other.opener().open(item) } throws: {
            let error = $0 as? SealingError
            return error?.code == "sealed.key-unknown" && error?.reason.contains(fingerprint) == true
        }
    }

    @Test(arguments: [
        ("text.control", IntakeField.requesterName, FieldValue.string("王\u{7}")),
        ("schema.too-long", .requesterName, .string(String(repeating: "长", count: 30_000))),
        ("schema.code", .requesterUnifiedSocialCreditCode, .string("12")),
    ])
    func whatIsSealedIsCheckedAsStrictlyAsTheRest(code: String, field: IntakeField, value: FieldValue) throws {
        let bench = try SealingBench()
        let item = try bench.item(SealingBench.ticket { $0[field] = value })
        #expect { try bench.opener().open(item) } throws: {
            guard let violation = $0 as? SchemaViolation else { return false }
            return violation.code == code && violation.path == field.name && !violation.reason.contains("王")
        }
    }

    @Test func whatBelongsIntoTheSealedPartMustNotStandInClear() throws {
        let bench = try SealingBench()
        let ticket = SealingBench.ticket()
        var item = try bench.item(ticket)
        item.body = ticket.json()
        #expect { try bench.opener().open(item) } throws: { ($0 as? SchemaViolation)?.code == "sealed.in-clear" }
    }

    @Test func aLineCarriesTheSealedPartAndAnOlderLineHasNone() throws {
        let bench = try SealingBench()
        let item = try bench.item(SealingBench.ticket())
        let (line, digest) = EntryLine.item(item, number: 7, previous: [UInt8](repeating: 0, count: 32))
        var scanner = LineScanner(line)
        let head = try scanner.item()
        #expect(head.item == item && head.digest == digest)
        var plain = item
        plain.sealed = nil
        var other = LineScanner(EntryLine.item(plain, number: 7, previous: [UInt8](repeating: 0, count: 32)).line)
        #expect(try other.item().item.sealed == nil)
    }
}

extension SealingError {
    /// Equal to one with the same code, whatever it says.
    init(code: String) {
        let reasons = ["sealed.moved": "it was sealed for another ticket or another revision"]
        self.init(code, reasons[code] ?? "")
    }
}
