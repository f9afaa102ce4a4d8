internal import CSpawn
internal import Foundation
internal import SluiceSDK

/// The ends of what stands between us and a program.
///
/// Its output and errors are pipes, so that it may open `/dev/stderr` as programs do. Its input is a socket, which tells
/// us without a signal that nobody reads any more.
struct Pipes {
    struct Pair {
        var ours: Int32
        var theirs: Int32
    }

    let input: Pair
    let output: Pair
    let errors: Pair
    let bell: Pair

    /// - Throws: `PluginError` when there are no more file descriptors.
    init() throws {
        var pairs: [Pair] = []
        // Nothing that another thread starts meanwhile inherits them.
        for makes in [Self.socket, Self.pipe, Self.pipe, Self.pipe] {
            guard let pair = makes() else {
                for pair in pairs {
                    close(pair.ours)
                    close(pair.theirs)
                }
                throw PluginError(
                    .retry(after: .seconds(5)), "exec.descriptors", "no more file descriptors; raise LimitNOFILE")
            }
            _ = fcntl(pair.ours, F_SETFL, O_NONBLOCK)
            pairs.append(pair)
        }
        (input, output, errors, bell) = (pairs[0], pairs[1], pairs[2], pairs[3])
        _ = fcntl(bell.theirs, F_SETFL, O_NONBLOCK)
    }

    private static func socket() -> Pair? {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        return Pair(ours: ends[0], theirs: ends[1])
    }

    /// We read.
    private static func pipe() -> Pair? {
        var ends: [Int32] = [-1, -1]
        guard sluice_pipe(&ends) == 0 else { return nil }
        return Pair(ours: ends[0], theirs: ends[1])
    }

    func closeAll() {
        for pair in [input, output, errors, bell] {
            close(pair.ours)
            close(pair.theirs)
        }
    }

    /// The program has its own ends now.
    func keepOurs() -> (Int32, Int32, Int32, (read: Int32, write: Int32)) {
        for pair in [input, output, errors] { close(pair.theirs) }
        return (input.ours, output.ours, errors.ours, (bell.ours, bell.theirs))
    }
}
