import MailboxTransport
import SluiceSDK
import SluiceTesting
import Testing

/// Against a real Dovecot.
@Suite struct PopTests {
    @Test func lettersStayAndAreRememberedByTheServersOwnIDs() async throws {
        let server = try await Dovecot()
        for subject in ["1", "2"] { try server.deliver(Box.letter(subject)) }
        let transport = try Box.transport(server.pop3s, ca: server.authority)
        try await transport.connect()
        let first = try #require(try await transport.next())
        #expect(first.message.bytes == Box.letter("1"))
        try await first.acknowledge(Box.accepted)
        let restarted = try Box.transport(server.pop3s, ca: server.authority, checkpoint: first.checkpoint)
        await transport.close()
        try await restarted.connect()
        #expect(try await Box.take(1, from: restarted) == ["2"])
        #expect(await Box.isSilent(restarted))
        try server.deliver(Box.letter("3"))
        #expect(try await Box.take(1, from: restarted) == ["3"])
    }

    @Test func lettersAreDeletedWhenTheyAreStoredAndTheSessionEnds() async throws {
        let server = try await Dovecot()
        for subject in ["1", "2"] { try server.deliver(Box.letter(subject)) }
        let transport = try Box.transport(server.pop3, [("after", "delete")], ca: server.authority)
        try await transport.connect()
        #expect(try await Box.take(2, from: transport) == ["1", "2"])
        #expect(await Box.isSilent(transport))
        #expect(names(in: server.maildir + "/cur").isEmpty && names(in: server.maildir + "/new").isEmpty)
    }

    @Test func aSessionThatIsCutBeginsAnewAndDeletesNothingItDidNotTake() async throws {
        let server = try await Dovecot()
        for subject in ["1", "2", "3"] { try server.deliver(Box.letter(subject)) }
        let transport = try Box.transport(server.pop3s, [("after", "delete")], ca: server.authority)
        try await transport.connect()
        let first = try #require(try await transport.next())
        server.server.stop()
        try await server.server.start()
        let error = await #expect(throws: PluginError.self) { try await first.acknowledge(Box.accepted) }
        #expect(error?.remedy == .notConnected)
        try await transport.connect()
        #expect(try await Box.take(3, from: transport) == ["1", "2", "3"])
        #expect(await Box.isSilent(transport))
        #expect(names(in: server.maildir + "/cur").isEmpty)
    }

    @Test func aLetterThatIsTooLargeIsRefusedOnceAndStays() async throws {
        let server = try await Dovecot()
        try server.deliver(Box.letter("large", String(repeating: "x", count: 5_000)))
        let keys: [(String, ConfigLiteral)] = [("after", "delete")]
        let transport = try Box.transport(server.pop3s, keys, ca: server.authority, limit: 1_000)
        try await transport.connect()
        let refused = try #require(try await transport.next())
        #expect(refused.refusal?.code == "mailbox.too-large" && Box.subject(refused) == "large")
        try await refused.acknowledge(MessageOutcome())
        #expect(await Box.isSilent(transport))
        let again = try Box.transport(
            server.pop3s, keys, ca: server.authority, checkpoint: refused.checkpoint, limit: 1_000)
        await transport.close()
        try await again.connect()
        #expect(await Box.isSilent(again))
    }
}
