internal import Foundation

extension ChildProcess {
    /// Ends it and everything that it started, at once. Servers give their connections process groups of their own,
    /// so that the family is found by who started whom.
    public func endFamily() {
        guard end == nil else { return }
        // Stopped first, so that it starts nothing more meanwhile.
        kill(id, SIGSTOP)
        endDescendants()
        kill(id, SIGKILL)
        _ = wait()
    }

    /// Ends what it started, and not itself. Returns when nothing of it holds a port or a file any more.
    public func endDescendants() {
        guard end == nil else { return }
        let descendants = Self.descendants(of: id)
        for descendant in descendants { kill(descendant, SIGKILL) }
        for descendant in descendants { while Self.isAlive(descendant) { usleep(500) } }
    }

    /// How many processes it and its own have started that are still there.
    public var descendantCount: Int { end == nil ? Self.descendants(of: id).filter(Self.isAlive).count : 0 }

    /// When it began, in ticks since the machine did; nil when it has gone. An id and this are never the same twice.
    var beginning: String? {
        let words = Self.status(id)
        return words.count > 19 ? String(words[19]) : nil
    }

    private static func descendants(of parent: Int32) -> [Int32] {
        var children: [Int32: [Int32]] = [:]
        for name in names(in: "/proc") {
            guard let process = Int32(name), let parent = parentID(process) else { continue }
            children[parent, default: []].append(process)
        }
        var found: [Int32] = []
        var next = [parent]
        while let process = next.popLast() {
            found += children[process] ?? []
            next += children[process] ?? []
        }
        return found
    }

    private static func parentID(_ process: Int32) -> Int32? {
        let words = status(process)
        return words.count > 1 ? Int32(words[1]) : nil
    }

    /// One that has ended and that nobody has asked about yet (Z) holds nothing.
    private static func isAlive(_ process: Int32) -> Bool {
        !["Z", "X", nil].contains(status(process).first)
    }

    /// `pid (name) state ppid …`, from the state on; the name may hold spaces and brackets.
    private static func status(_ process: Int32) -> [Substring] {
        guard let bytes = try? readFile("/proc/\(process)/stat") else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
    }
}
