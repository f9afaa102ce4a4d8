internal import Foundation
internal import SluiceSDK

/// The ends of what stands between us and a program: sockets, which tell a closed end without a signal.
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
        for _ in 0..<4 {
            var ends: [Int32] = [-1, -1]
            // Nothing that another thread starts meanwhile inherits them.
            guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
                for pair in pairs {
                    close(pair.ours)
                    close(pair.theirs)
                }
                throw PluginError(
                    .retry(after: .seconds(5)), "exec.descriptors", "no more file descriptors; raise LimitNOFILE")
            }
            _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
            pairs.append(Pair(ours: ends[0], theirs: ends[1]))
        }
        (input, output, errors, bell) = (pairs[0], pairs[1], pairs[2], pairs[3])
        _ = fcntl(bell.theirs, F_SETFL, O_NONBLOCK)
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
