internal import CurlKit
internal import SluiceSDK
internal import Synchronization

/// A folder on an IMAP server. What was taken is known by the highest UID, never by flags: others set those too.
final class ImapBox: Mailbox {
    private let server: MailServer
    private let folder: FolderName
    private let after: After
    private let movedTo: FolderName?
    private let context: ChannelContext
    private let state: Mutex<State>

    private struct State {
        /// The last letter that the journal has.
        var taken: ImapMark?
        /// The numbering that holds now.
        var validity = 0
        /// Up to where letters were listed.
        var listed = 0
        /// The UID that the next new letter will get.
        var next = 1
        var window = ImapBox.smallWindow
        /// Failures to fetch the letter that comes next.
        var failures = (uid: 0, count: 0)
        var capabilities: Set<String> = []
    }

    /// UIDs that are asked for at once: libcurl adds up what it has read so far at every line of an answer, to a limit of
    /// 300 KiB, which is reached at some 130 lines. Where none is found the window grows: folders have gaps of millions.
    private static let smallWindow = 64
    private static let largeWindow = 1 << 28
    /// One letter that cannot be fetched becomes a reject after so many attempts, so that the others go on.
    private static let mostFailures = 3
    private static let mostHeaderBytes = 256 << 10

    init(_ server: MailServer, folder: String, after: After, movedTo: String?, context: ChannelContext) {
        self.server = server
        self.folder = FolderName(folder)
        self.after = after
        self.movedTo = movedTo.map(FolderName.init)
        self.context = context
        state = Mutex(State(taken: context.checkpoint.flatMap(ImapMark.init)))
    }

    func open() async throws {
        let answer = try await server.perform("CAPABILITY")
        state.withLock { $0.capabilities = ImapAnswer.capabilities(answer.text) }
        try await introduce()
        try await refresh()
        state.withLock { $0.listed = $0.taken?.uid ?? 0 }
        // A crash may have come between the journal and this.
        if let taken = state.withLock({ $0.taken }), !taken.isKept { try await finish(taken.uid) }
    }

    /// Some providers open no folder to a program that has not said its name (RFC 2971).
    private func introduce() async throws {
        guard state.withLock({ $0.capabilities.contains("ID") }) else { return }
        _ = try await server.perform("ID (\"name\" \"sluice\")")
    }

    /// Learns the numbering and how far it goes.
    private func refresh() async throws {
        // A server need not look at the folder again when it says the STATUS of the one that is open.
        try await command("NOOP")
        let answer = try await server.perform("STATUS \(folder.quoted) (UIDVALIDITY UIDNEXT)")
        if answer.openedConnections > 0 { try await introduce() }
        guard let found = ImapAnswer.status(answer.text) else {
            throw PluginError(
                .notConnected, "mailbox.answer", "the server does not say UIDVALIDITY and UIDNEXT of the folder")
        }
        let isRenumbered = state.withLock { state in
            state.next = found.next
            let isFirst = state.validity == 0
            let known = isFirst ? state.taken?.validity : state.validity
            state.validity = found.validity
            guard known != found.validity else { return false }
            (state.taken, state.listed, state.window) = (nil, 0, Self.smallWindow)
            return known != nil
        }
        if isRenumbered {
            context.report(
                "[mailbox.uidvalidity] the server has numbered the folder anew; all of it is read again, and what is "
                    + "known already is absorbed")
        }
    }

    func look() async throws -> [Letter] {
        if state.withLock({ $0.listed + 1 >= $0.next }) { try await refresh() }
        while true {
            let range: ClosedRange<Int>? = state.withLock { state in
                guard state.listed + 1 < state.next else { return nil }
                return state.listed + 1...min(state.listed + state.window, state.next - 1)
            }
            guard let range else { return [] }
            guard let letters = try await list(range) else { continue }
            state.withLock { state in
                state.listed = range.upperBound
                let next = letters.isEmpty ? min(state.window * 4, Self.largeWindow) : Self.smallWindow
                state.window = letters.isEmpty ? next : min(state.window, next)
            }
            if !letters.isEmpty { return letters }
        }
    }

    /// nil when there are too many, and a smaller range is to be asked for.
    private func list(_ range: ClosedRange<Int>) async throws -> [Letter]? {
        do {
            let answer = try await server.perform(
                "UID FETCH \(range.lowerBound):\(range.upperBound) (UID RFC822.SIZE)", path: folder.path)
            return ImapAnswer.letters(answer.text).filter { range.contains($0.number) }.sorted { $0.number < $1.number }
        } catch let error as CurlError where error.code == "curl.too-large" && range.count > 1 {
            state.withLock { $0.window = max(1, range.count / 4) }
            return nil
        }
    }

    func fetch(_ letter: Letter) async throws -> Fetched {
        guard letter.size <= context.limits.message else { return try await refuse(letter, tooLarge: letter.size) }
        do {
            let answer = try await server.perform(path: path(letter), most: context.limits.message)
            // Fetching marks it as read, and that is for later.
            if after == .seen { try await store(letter.number, "-FLAGS.SILENT (\\Seen)") }
            return .message(answer.body)
        } catch let error as CurlError {
            switch error.code {
            case "curl.not-found": return .gone
            case "curl.too-large": return try await refuse(letter, tooLarge: context.limits.message + 1)
            case "curl.refused", "curl.dns", "curl.login", "curl.tls": throw error
            default:
                guard failures(letter.number) >= Self.mostFailures else { throw error }
                return .refused(Self.unreadable(error), Array("uid \(letter.number), \(letter.size) bytes\n".utf8))
            }
        }
    }

    private func failures(_ uid: Int) -> Int {
        state.withLock { state in
            state.failures = (uid, state.failures.uid == uid ? state.failures.count + 1 : 1)
            return state.failures.count
        }
    }

    private func path(_ letter: Letter, section: String = "") -> String {
        "\(folder.path);UIDVALIDITY=\(state.withLock { $0.validity })/;UID=\(letter.number)" + section
    }

    private func refuse(_ letter: Letter, tooLarge size: Int) async throws -> Fetched {
        let headers = try? await server.perform(
            path: path(letter, section: "/;SECTION=HEADER"), most: Self.mostHeaderBytes)
        if headers != nil { try await store(letter.number, "-FLAGS.SILENT (\\Seen)") }
        return .refused(
            RecordFault(
                .decode, "mailbox.too-large",
                "the letter has \(size) bytes, more than limits.message allows (\(context.limits.message)); it was not "
                    + "fetched and lies in the mailbox, and only its header fields stand here"),
            headers?.body ?? Array("uid \(letter.number), \(size) bytes\n".utf8))
    }

    private static func unreadable(_ error: CurlError) -> RecordFault {
        RecordFault(
            .decode, "mailbox.unreadable",
            "the server does not give this letter in \(mostFailures) attempts (\(error.code)); it lies in the mailbox")
    }

    func checkpoint(after letter: Letter, isKept: Bool) -> String { mark(letter, isKept).text }

    private func mark(_ letter: Letter, _ isKept: Bool) -> ImapMark {
        ImapMark(validity: state.withLock { $0.validity }, uid: letter.number, isKept: isKept)
    }

    func settle(_ letter: Letter, isKept: Bool) async throws {
        state.withLock { $0.taken = ImapMark(validity: $0.validity, uid: letter.number, isKept: isKept) }
        if !isKept { try await finish(letter.number) }
    }

    func close() async { server.close() }

    /// Harmless for a letter that is gone.
    private func finish(_ uid: Int) async throws {
        switch after {
        case .seen: try await store(uid, "+FLAGS.SILENT (\\Seen)")
        case .delete: try await remove(uid)
        case .move: try await move(uid)
        }
    }

    private func store(_ uid: Int, _ flags: String) async throws { try await command("UID STORE \(uid) \(flags)") }

    private func remove(_ uid: Int) async throws {
        try await store(uid, "+FLAGS.SILENT (\\Deleted)")
        // Without UIDPLUS, EXPUNGE would remove what others have marked as well: the mark has to do.
        if state.withLock({ $0.capabilities.contains("UIDPLUS") }) { try await command("UID EXPUNGE \(uid)") }
    }

    private func move(_ uid: Int) async throws {
        guard let movedTo else { return }
        let canMove = state.withLock { $0.capabilities.contains("MOVE") }
        let command = "UID \(canMove ? "MOVE" : "COPY") \(uid) \(movedTo.quoted)"
        do {
            try await self.command(command)
        } catch let error as CurlError where error.code == "curl.command" {
            // The folder is not there yet; where it is, the first refusal was about something else.
            _ = try? await server.perform("CREATE \(movedTo.quoted)")
            try await self.command(command)
        }
        if !canMove { try await remove(uid) }
    }

    private func command(_ text: String) async throws { _ = try await server.perform(text, path: folder.path) }
}
