internal import CurlKit
internal import SluiceSDK
internal import Synchronization

/// A box on a POP3 server. Letters are known by the server's ids (UIDL); numbers hold for one session only, and what is
/// deleted in it is gone when it ends.
final class PopBox: Mailbox {
    private let server: MailServer
    private let deletes: Bool
    private let context: ChannelContext
    private let state: Mutex<State>

    private struct State {
        var marks: PopMarks
        var isInSession = false
        /// Counts sessions: a number of one means another letter, or none, in the next.
        var session = 0
        /// Numbers that were deleted in this session.
        var deleted: Set<Int> = []
        /// Failures to fetch the letter that comes next.
        var failures = (id: "", count: 0)
    }

    private static let mostFailures = 3
    /// Of a list: about 300,000 letters.
    private static let mostListBytes = 16 << 20

    init(_ server: MailServer, deletes: Bool, context: ChannelContext) {
        self.server = server
        self.deletes = deletes
        self.context = context
        state = Mutex(State(marks: PopMarks(checkpoint: context.checkpoint)))
    }

    func open() async throws { try await endSession() }

    func look() async throws -> [Letter] {
        try await endSession()
        let sizes = try await server.perform("LIST", most: Self.mostListBytes)
        let session = state.withLock { state in
            (state.isInSession, state.deleted) = (true, [])
            state.session += 1
            return state.session
        }
        let ids = try await inSession { try await server.perform("UIDL", most: Self.mostListBytes) }
        try await checkWhole()
        let letters = PopAnswer.letters(sizes: sizes.text, ids: ids.text).map { letter in
            var letter = letter
            letter.session = session
            return letter
        }
        let waiting = try state.withLock { state in
            state.marks.keepOnly(letters.map(\.id))
            guard state.marks.count < PopMarks.most else { throw Self.tooMany }
            return letters.filter { !state.marks.contains($0.id) }
        }
        // The box is locked for others while a session lasts.
        if waiting.isEmpty { try await endSession() }
        return waiting
    }

    private static let tooMany = PluginError(
        .notConnected, "mailbox.too-many",
        "the box holds \(PopMarks.most) letters that were taken; remove old ones, or set 'after: delete'")

    func fetch(_ letter: Letter) async throws -> Fetched {
        guard letter.size <= context.limits.message else { return try await refuse(letter, tooLarge: letter.size) }
        do {
            let answer = try await inSession {
                try await server.perform(path: "\(letter.number)", most: context.limits.message)
            }
            if answer.body.count != letter.size { try await checkWhole() }
            return .message(answer.body)
        } catch let error as CurlError {
            switch error.code {
            case "curl.too-large": return try await refuse(letter, tooLarge: context.limits.message + 1)
            case "curl.refused", "curl.dns", "curl.login", "curl.tls": throw error
            default:
                guard failures(letter.id) >= Self.mostFailures else { throw error }
                return .refused(Self.unreadable(error), Array("\(letter.id), \(letter.size) bytes\n".utf8))
            }
        }
    }

    /// libcurl takes the end of a connection for the end of an answer of many lines. Where the same session goes on behind
    /// it, the answer was whole.
    private func checkWhole() async throws {
        _ = try await inSession { try await server.perform("NOOP", wantsBody: false) }
    }

    private func failures(_ id: String) -> Int {
        state.withLock { state in
            state.failures = (id, state.failures.id == id ? state.failures.count + 1 : 1)
            return state.failures.count
        }
    }

    private func refuse(_ letter: Letter, tooLarge size: Int) async throws -> Fetched {
        let headers = try? await inSession { try await server.perform("TOP \(letter.number) 0", most: 256 << 10) }
        return .refused(
            RecordFault(
                .decode, "mailbox.too-large",
                "the letter has \(size) bytes, more than limits.message allows (\(context.limits.message)); it was not "
                    + "fetched and lies in the mailbox, and only its header fields stand here"),
            headers?.body ?? Array("\(letter.id), \(size) bytes\n".utf8))
    }

    private static func unreadable(_ error: CurlError) -> RecordFault {
        RecordFault(
            .decode, "mailbox.unreadable",
            "the server does not give this letter in \(mostFailures) attempts (\(error.code)); it lies in the mailbox")
    }

    func checkpoint(after letter: Letter, isKept: Bool) -> String {
        state.withLock { state in
            var marks = state.marks
            if isKept || !deletes { marks.add(letter.id) }
            return marks.checkpoint
        }
    }

    func settle(_ letter: Letter, isKept: Bool) async throws {
        guard deletes, !isKept else { return state.withLock { $0.marks.add(letter.id) } }
        // Told again; or another session has begun, in which the letter comes again and is absorbed.
        let isOpen = state.withLock { state in
            state.isInSession && state.session == letter.session && !state.deleted.contains(letter.number)
        }
        guard isOpen else { return }
        let answer = try await server.perform("DELE", path: "\(letter.number)", wantsBody: false)
        guard answer.openedConnections > 0 else { return state.withLock { _ = $0.deleted.insert(letter.number) } }
        // libcurl began another session, where the number may be another letter's: nothing is deleted in it.
        _ = try await server.perform("RSET", wantsBody: false)
        state.withLock { $0.isInSession = false }
        throw Self.sessionEnded
    }

    /// What was deleted is gone only when the session ends in good order.
    func close() async {
        try? await endSession()
        server.close()
    }

    private static let sessionEnded = PluginError(
        .notConnected, "mailbox.session", "the server ended the session; a new one begins")

    /// Ends the session, with what was deleted in it.
    private func endSession() async throws {
        guard state.withLock({ $0.isInSession }) else { return }
        state.withLock { $0.isInSession = false }
        _ = try await server.perform("NOOP", wantsBody: false, endsSession: true)
    }

    /// A number means something in the session that told it, and nothing in the next.
    private func inSession(_ body: () async throws -> CurlResponse) async throws -> CurlResponse {
        let answer = try await body()
        guard answer.openedConnections == 0 else {
            state.withLock { $0.isInSession = false }
            throw Self.sessionEnded
        }
        return answer
    }
}
