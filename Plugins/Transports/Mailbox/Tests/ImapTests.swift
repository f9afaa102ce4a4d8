import MailboxTransport
import SluiceSDK
import SluiceTesting
import Testing

/// Against a real Dovecot.
@Suite struct ImapTests {
    @Test func lettersComeInOrderAndAreMarkedAsReadWhenTheyAreStored() async throws {
        let server = try await Dovecot()
        for subject in ["1", "2"] { try server.deliver(Box.letter(subject)) }
        let transport = try Box.transport(server.imaps, ca: server.authority)
        try await transport.connect()
        let first = try #require(try await transport.next())
        #expect(first.message.bytes == Box.letter("1"))
        #expect(first.message.origin == "uid 1")
        #expect(server.flags() == ["", ""])
        try await first.acknowledge(Box.accepted)
        #expect(try await Box.take(1, from: transport) == ["2"])
        #expect(server.flags() == ["S", "S"])
        #expect(await Box.isSilent(transport))
        try server.deliver(Box.letter("3"))
        #expect(try await Box.take(1, from: transport) == ["3"])
    }

    @Test func theClearConnectionTurnsToTLSBeforeAnythingIsSaid() async throws {
        let server = try await Dovecot()
        try server.deliver(Box.letter("1"))
        let transport = try Box.transport(server.imap, ca: server.authority)
        try await transport.connect()
        #expect(try await Box.take(1, from: transport) == ["1"])
        #expect(server.log.contains("TLS, session"))
        let stranger = try Box.transport(server.imaps)
        await expect("mailbox.tls") { try await stranger.connect() }
        let plain = try Box.transport(server.imap, [("tls", "none")])
        try await plain.connect()
    }

    @Test func aServerWithoutTLSIsToldNoPassword() async throws {
        let server = try await Dovecot(offersTLS: false)
        let transport = try Box.transport(server.imap)
        await expect("mailbox.tls") { try await transport.connect() }
        #expect(!server.log.contains("Login:") && !server.log.contains("auth failed"))
    }

    @Test func whatWasTakenIsKnownByItsNumberAndNotByFlags() async throws {
        let server = try await Dovecot()
        for subject in ["1", "2", "3"] { try server.deliver(Box.letter(subject)) }
        let first = try Box.transport(server.imaps, ca: server.authority)
        try await first.connect()
        let message = try #require(try await first.next())
        try await message.acknowledge(Box.accepted)
        // Somebody reads the second in a mail program.
        let names = names(in: server.maildir + "/cur")
        try move(server.maildir + "/cur/" + names[1], to: server.maildir + "/cur/" + names[1] + "S")
        let second = try Box.transport(server.imaps, ca: server.authority, checkpoint: message.checkpoint)
        try await second.connect()
        #expect(try await Box.take(2, from: second) == ["2", "3"])
    }

    @Test(arguments: ["delete", "move"])
    func lettersLeaveTheBoxOnlyWhenTheyAreStored(_ after: String) async throws {
        let server = try await Dovecot()
        for subject in ["1", "2"] { try server.deliver(Box.letter(subject)) }
        var keys: [(String, ConfigLiteral)] = [("after", .text(after))]
        if after == "move" { keys.append(("moved_to", "已受理 & 归档")) }
        let first = try Box.transport(server.imaps, keys, ca: server.authority)
        try await first.connect()
        let message = try #require(try await first.next())
        #expect(server.flags().count == 2)
        // The process dies between the journal and the acknowledgement.
        let second = try Box.transport(server.imaps, keys, ca: server.authority, checkpoint: message.checkpoint)
        try await second.connect()
        #expect(server.flags().count == 1)
        #expect(try await Box.take(1, from: second) == ["2"])
        #expect(server.flags().isEmpty)
        let folder = server.maildir + "/." + "&XfJT13QG- &- &X1JoYw-"
        #expect(names(in: folder + "/cur").count == (after == "move" ? 2 : 0))
        // Told twice.
        try await message.acknowledge(Box.accepted)
    }

    @Test func aFolderWithAChineseNameIsOpened() async throws {
        let server = try await Dovecot()
        try server.deliver(Box.letter("1"))
        let moving = try Box.transport(
            server.imaps, [("after", "move"), ("moved_to", "网民来信")], ca: server.authority)
        try await moving.connect()
        _ = try await Box.take(1, from: moving)
        let reading = try Box.transport(server.imaps, [("folder", "网民来信")], ca: server.authority)
        try await reading.connect()
        #expect(try await Box.take(1, from: reading) == ["1"])
        let missing = try Box.transport(server.imaps, [("folder", "没有")], ca: server.authority)
        await expect("mailbox.folder") { try await missing.connect() }
    }

    @Test func aLetterThatIsGoneIsSkipped() async throws {
        let server = try await Dovecot()
        for subject in ["1", "2", "3"] { try server.deliver(Box.letter(subject)) }
        let transport = try Box.transport(server.imaps, [("after", "delete")], ca: server.authority)
        try await transport.connect()
        let first = try #require(try await transport.next())
        for name in names(in: server.maildir + "/cur").prefix(2) { try remove(server.maildir + "/cur/" + name) }
        try await first.acknowledge(Box.accepted)
        #expect(try await Box.take(1, from: transport) == ["3"])
    }

    @Test func aNewNumberingBeginsAtTheBeginningAndSaysSo() async throws {
        let server = try await Dovecot()
        for subject in ["1", "2"] { try server.deliver(Box.letter(subject)) }
        let reports = Reports()
        let first = try Box.transport(server.imaps, ca: server.authority)
        try await first.connect()
        let message = try #require(try await first.next())
        try await message.acknowledge(Box.accepted)
        // What a restored server does.
        let mark = try #require(message.checkpoint).split(separator: " ")
        let other = "1 imap \((Int(mark[2]) ?? 0) + 1) 2"
        let second = try Box.transport(server.imaps, ca: server.authority, checkpoint: other, reports: reports)
        try await second.connect()
        #expect(try await Box.take(2, from: second) == ["1", "2"])
        #expect(reports.all.count == 1 && reports.all[0].hasPrefix("[mailbox.uidvalidity]"))
    }

    @Test func aLetterThatIsTooLargeIsRefusedUnfetchedAndHoldsNothingUp() async throws {
        let server = try await Dovecot()
        try server.deliver(Box.letter("large", String(repeating: "x", count: 5_000)))
        try server.deliver(Box.letter("small"))
        let transport = try Box.transport(server.imaps, [("after", "delete")], ca: server.authority, limit: 1_000)
        try await transport.connect()
        let refused = try #require(try await transport.next())
        #expect(refused.refusal?.code == "mailbox.too-large")
        #expect(Box.subject(refused) == "large" && refused.message.bytes.count < 200)
        try await refused.acknowledge(MessageOutcome())
        #expect(try await Box.take(1, from: transport) == ["small"])
        // It is the only copy there is.
        #expect(server.flags() == [""])
        let again = try Box.transport(
            server.imaps, [("after", "delete")], ca: server.authority, checkpoint: refused.checkpoint, limit: 1_000)
        try await again.connect()
        #expect(await Box.isSilent(again))
        #expect(server.flags() == [""])
    }

    @Test func aWrongPasswordIsTriedSlowly() async throws {
        let server = try await Dovecot(["auth_failure_delay = 0"])
        let transport = try Box.transport(server.imaps, [("password", "wrong")], ca: server.authority)
        let error = await #expect(throws: PluginError.self) { try await transport.connect() }
        #expect(error?.code == "mailbox.login" && error?.remedy == .retry(after: .seconds(300)))
    }

    @Test func aCutConnectionAndADeadServerAreNotConnected() async throws {
        let server = try await Dovecot()
        for subject in ["1", "2"] { try server.deliver(Box.letter(subject)) }
        let transport = try Box.transport(server.imaps, ca: server.authority)
        try await transport.connect()
        #expect(try await Box.take(1, from: transport) == ["1"])
        server.server.stop()
        let error = await #expect(throws: PluginError.self) { try await transport.next() }
        #expect(error?.remedy == .notConnected)
        try await server.server.start()
        try await transport.connect()
        #expect(try await Box.take(1, from: transport) == ["2"])
    }

    @Test func manyLettersAreListedInWindows() async throws {
        let server = try await Dovecot()
        for number in 0..<300 { try server.deliver(Box.letter("\(number)")) }
        let transport = try Box.transport(server.imaps, [("after", "delete")], ca: server.authority)
        try await transport.connect()
        let subjects = try await Box.take(300, from: transport)
        #expect(subjects == (0..<300).map { "\($0)" })
        #expect(server.flags().isEmpty)
    }
}

/// The error of an operation has this code.
func expect(_ code: String, _ body: () async throws -> Void, at location: SourceLocation = #_sourceLocation) async {
    do {
        try await body()
        Issue.record("no error", sourceLocation: location)
    } catch let error as PluginError {
        #expect(error.code == code, sourceLocation: location)
    } catch {
        Issue.record("\(error)", sourceLocation: location)
    }
}
