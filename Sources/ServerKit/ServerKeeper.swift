internal import Glibc
internal import Synchronization

/// Ends servers whose owner has gone without a word: killed, crashed, short of memory.
///
/// A shell at the other end of a socket is told which servers run. Nobody but this process has our end, so that it closes
/// when the process ends, whatever it ends by; then the shell ends what is still named, with everything that it started, and
/// what was started in that very moment and not named any more, by a mark in its environment.
/// (A child can ask the kernel to be ended with its parent, PR_SET_PDEATHSIG. But it means the thread that started it, and
/// here those come and go; and a server's own children would stay.)
enum ServerKeeper {
    private static let line = Mutex<Int32?>(nil)

    /// By which a server is known before it is named: part of its environment.
    static let mark: [String: String] = {
        line.withLock { line in if line == nil { line = try? begin() } }
        return [name: token]
    }()
    private static let name = "SLUICE_KEPT_BY"
    private static let token = String(UInt64.random(in: 0...UInt64.max), radix: 36)

    /// From now on this server ends when this process does.
    static func watch(_ server: ChildProcess) {
        guard let beginning = server.beginning else { return }
        tell("+ \(server.id) \(beginning)")
    }

    /// It has ended; its id may be anybody's.
    static func forget(_ server: ChildProcess) { tell("- \(server.id)") }

    private static func tell(_ words: String) {
        line.withLock { line in
            if line == nil { line = try? begin() }
            guard let line else { return }
            let bytes = Array((words + "\n").utf8)
            // A shell that somebody has killed costs nobody a SIGPIPE.
            _ = send(line, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// - Returns: our end.
    private static func begin() throws -> Int32 {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw ChildProcessError(path: "/bin/sh", code: errno) }
        defer { close(ends[1]) }
        do {
            let words = ["-c", script, "sluice-keeper", "\(name)=\(token)"]
            _ = try ChildProcess(
                "/bin/sh", words, [:], input: ends[1], output: "/dev/null", errors: nil, isApart: true)
        } catch {
            close(ends[0])
            throw error
        }
        return ends[0]
    }

    /// Nothing but what every shell has built in. A process is known by its id and its beginning (the 22nd field of its
    /// status, of which a name with spaces is the second), and is stopped first, so that it starts nothing more meanwhile.
    private static let script = """
        list= mark=$1
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
        for round in 1 2 3; do
            for path in /proc/[0-9]*; do
                words=
                read -r words < "$path/environ"
                case $words in
                *"$mark"*) finish "${path#/proc/}" ;;
                esac
            done
            /bin/sleep 0.2
        done
        """
}
