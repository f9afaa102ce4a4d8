internal import ServerKit
internal import SluiceSDK

/// One client's talk with our own mail server, line by line (RFC 5321; AUTH PLAIN and LOGIN of RFC 4954).
struct MailTalk {
    private enum State {
        case commands, plain, loginUser, loginPassword(String), letter
    }

    private let account: SMTPServer.Account?
    private var state = State.commands
    private var isKnown: Bool
    private var hasSender = false
    private var hasRecipient = false
    private var letter: [UInt8] = []

    /// Replies are short.
    private static let mostBytes = 16 << 20

    static let greeting = "220 simulator ready"

    struct Answer {
        var line: String?
        /// A whole letter that was just taken.
        var letter: [UInt8]?
        var isEnd = false
    }

    /// - Parameter account: who has to log in; nil lets everybody send.
    init(account: SMTPServer.Account?) {
        self.account = account
        isKnown = account == nil
    }

    /// - Parameter line: without its end.
    mutating func take(_ line: [UInt8]) -> Answer {
        switch state {
        case .letter: return content(line)
        case .plain: return plain(String(decoding: line, as: UTF8.self))
        case .loginUser:
            state = .loginPassword(decoded(line))
            return Answer(line: "334 " + Base64.encode(Array("Password:".utf8)))
        case .loginPassword(let user): return login(user, decoded(line))
        case .commands: return command(String(decoding: line, as: UTF8.self))
        }
    }

    private mutating func command(_ text: String) -> Answer {
        let words = text.split(separator: " ").map(String.init)
        switch words.first?.uppercased() {
        case "EHLO":
            return Answer(
                line: "250-simulator\r\n" + (account == nil ? "" : "250-AUTH PLAIN LOGIN\r\n") + "250 8BITMIME")
        case "HELO", "NOOP": return Answer(line: "250 simulator")
        case "RSET":
            (hasSender, hasRecipient) = (false, false)
            return Answer(line: "250 Ok")
        case "QUIT": return Answer(line: "221 Bye", isEnd: true)
        case "AUTH": return authenticate(Array(words.dropFirst()))
        case "MAIL":
            guard isKnown else { return Answer(line: "530 5.7.0 Authentication required") }
            hasSender = true
            return Answer(line: "250 2.1.0 Ok")
        case "RCPT":
            guard hasSender else { return Answer(line: "503 5.5.1 MAIL first") }
            hasRecipient = true
            return Answer(line: "250 2.1.5 Ok")
        case "DATA":
            guard hasRecipient else { return Answer(line: "503 5.5.1 RCPT first") }
            state = .letter
            return Answer(line: "354 End with a dot")
        default: return Answer(line: "502 5.5.1 Not known here")
        }
    }

    private mutating func authenticate(_ words: [String]) -> Answer {
        guard account != nil else { return Answer(line: "503 5.5.1 Nobody logs in here") }
        switch (words.first?.uppercased(), words.dropFirst().first) {
        case ("PLAIN", let given?): return plain(given)
        case ("PLAIN", nil):
            state = .plain
            return Answer(line: "334 ")
        case ("LOGIN", let given?):
            state = .loginPassword(decoded(Array(given.utf8)))
            return Answer(line: "334 " + Base64.encode(Array("Password:".utf8)))
        case ("LOGIN", nil):
            state = .loginUser
            return Answer(line: "334 " + Base64.encode(Array("Username:".utf8)))
        default: return Answer(line: "504 5.5.4 PLAIN or LOGIN")
        }
    }

    /// `identity NUL user NUL password`, in base64.
    private mutating func plain(_ given: String) -> Answer {
        let words = (Base64.decode(given) ?? []).split(separator: 0, omittingEmptySubsequences: false)
        guard words.count == 3 else { return login("", "") }
        return login(String(decoding: words[1], as: UTF8.self), String(decoding: words[2], as: UTF8.self))
    }

    private mutating func login(_ user: String, _ password: String) -> Answer {
        state = .commands
        isKnown = user == account?.user && password == account?.password
        return Answer(line: isKnown ? "235 2.7.0 Welcome" : "535 5.7.8 Wrong name or password")
    }

    private mutating func content(_ line: [UInt8]) -> Answer {
        guard line == Array(".".utf8) else {
            // A line that begins with a dot has another one before it.
            if letter.count <= Self.mostBytes {
                letter += (line.first == UInt8(ascii: ".") ? line.dropFirst() : line[...]) + [13, 10]
            }
            return Answer()
        }
        defer { (state, letter, hasSender, hasRecipient) = (.commands, [], false, false) }
        guard letter.count <= Self.mostBytes else { return Answer(line: "552 5.3.4 Too large") }
        return Answer(line: "250 2.0.0 Ok", letter: letter)
    }

    private func decoded(_ line: [UInt8]) -> String {
        String(decoding: Base64.decode(String(decoding: line, as: UTF8.self)) ?? [], as: UTF8.self)
    }
}
