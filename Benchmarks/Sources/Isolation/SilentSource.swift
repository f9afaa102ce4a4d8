import Synchronization

/// A source that is polled. Well, it has nothing new; ill, it takes the question and never answers.
final class SilentSource: Sendable {
    private let isIll: Bool
    private let listener: Listener
    private let asked = Atomic<Int>(0)
    private let answered = Atomic<Int>(0)

    init(isIll: Bool) throws {
        self.isIll = isIll
        listener = try Listener()
    }

    var port: Int { listener.port }
    var questions: Int { asked.load(ordering: .relaxed) }
    var answers: Int { answered.load(ordering: .relaxed) }

    func start() {
        let nothing = Array("HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: 0\r\n\r\n".utf8)
        listener.start { [self] socket in
            // Ill, the second look for a message lasts until whoever asked has lost patience.
            while try socket.message() != nil {
                asked.add(1, ordering: .relaxed)
                if isIll { continue }
                try socket.write(nothing)
                answered.add(1, ordering: .relaxed)
            }
        }
    }
}
