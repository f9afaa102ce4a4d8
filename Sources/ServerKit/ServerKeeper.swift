internal import Glibc
internal import Synchronization

/// Starts servers, and ends those whose owner has gone without a word: killed, crashed, short of memory.
///
/// A shell at the other end of a socket is told which servers run. Nobody but this process has our end, so that it closes
/// when the process ends, whatever it ends by; then the shell ends what is still named, with everything that it started.
/// (A child can ask the kernel to be ended with its parent, PR_SET_PDEATHSIG. But it means the thread that started it, and
/// here those come and go; and a server's own children would stay.)
enum ServerKeeper {
    private static let line = Mutex<Int32?>(nil)

    /// Starts a server that ends when this process does.
    ///
    /// Its process waits for a word before it becomes the server. Until then it ends by itself when we do, and it gets the
    /// word when the keeper knows it: at no instant would it be left behind.
    /// - Throws: `ChildProcessError`.
    static func start(
        _ path: String, _ arguments: [String], environment: [String: String], output: String
    ) throws -> ChildProcess {
        let (ours, theirs) = try pair()
        defer { close(ours) }
        defer { close(theirs) }
        let server = try ChildProcess(
            "/bin/sh", ["-c", "read -r go && exec \"$@\" < /dev/null", "sluice-server", path] + arguments, environment,
            input: theirs, output: output, errors: nil, isApart: false)
        if let beginning = server.beginning { tell("+ \(server.id) \(beginning)") }
        write("go", to: ours)
        return server
    }

    /// It has ended; its id may be anybody's.
    static func forget(_ server: ChildProcess) { tell("- \(server.id)") }

    private static func tell(_ words: String) {
        line.withLock { line in
            if line == nil { line = try? begin() }
            if let line { write(words, to: line) }
        }
    }

    /// A shell that somebody has killed costs nobody a SIGPIPE.
    private static func write(_ words: String, to end: Int32) {
        let bytes = Array((words + "\n").utf8)
        _ = send(end, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    /// - Returns: our end.
    private static func begin() throws -> Int32 {
        let (ours, theirs) = try pair()
        defer { close(theirs) }
        do {
            _ = try ChildProcess(
                "/bin/sh", ["-c", script, "sluice-keeper"], [:], input: theirs, output: "/dev/null", errors: nil,
                isApart: true)
        } catch {
            close(ours)
            throw error
        }
        return ours
    }

    /// Two ends of a line to a shell, of which no other program that is started meanwhile keeps a copy.
    private static func pair() throws -> (ours: Int32, theirs: Int32) {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw ChildProcessError(path: "/bin/sh", code: errno) }
        return (ends[0], ends[1])
    }

    /// Nothing but what every shell has built in. A process is known by its id and its beginning (the 22nd field of its
    /// status, of which a name with spaces is the second), and is stopped first, so that it starts nothing more meanwhile.
    private static let script = """
        list=
        while read -r what id since; do
            case $what in
            +) list="$list $id:$since" ;;
            -)
                rest=
                for entry in $list; do [ "${entry%%:*}" = "$id" ] || rest="$rest $entry"; done
                list=$rest
                ;;
            esac
        done
        look() {
            read -r status < "/proc/$1/stat" || return 1
            set -- ${status##*) }
            parent=$2 beginning=${20}
        }
        finish() {
            kill -STOP "$1"
            for path in /proc/[0-9]*; do
                look "${path#/proc/}" && [ "$parent" = "$1" ] && finish "${path#/proc/}"
            done
            kill -KILL "$1"
        }
        for entry in $list; do
            look "${entry%%:*}" && [ "$beginning" = "${entry#*:}" ] && finish "${entry%%:*}"
        done
        """
}
