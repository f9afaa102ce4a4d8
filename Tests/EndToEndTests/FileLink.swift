import Foundation
import SluiceTesting
import Synchronization

/// Carries files from one folder to another and nothing back: it takes them away as they appear, and loses, repeats and
/// reorders them as told.
final class FileLink: Sendable {
    private let from: String
    private let to: String
    private let state: Mutex<State>

    private struct State {
        var generator: Numbers
        /// Files that hold this text never pass, and all others do.
        var closed: String?
        /// Of these each third is lost when it comes for the first time, and later by chance.
        var seen: Set<String> = []
        var lost = 0
        var repeated = 0
        /// Taken away and not delivered yet.
        var held: [(name: String, bytes: [UInt8])] = []
    }

    /// The same numbers in every run.
    private struct Numbers: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state
        }
    }

    init(from: String, to: String, seed: UInt64 = 7) throws {
        (self.from, self.to) = (from, to)
        state = Mutex(State(generator: Numbers(state: seed)))
        try makeFolder(to)
    }

    var lost: Int { state.withLock { $0.lost } }
    var repeated: Int { state.withLock { $0.repeated } }

    /// From now on every file passes but those that hold this text, however often they are repeated; with nil it loses
    /// any, as before.
    func close(to text: String?) { state.withLock { $0.closed = text } }

    /// Until its task is cancelled.
    func run() async throws {
        while !Task.isCancelled {
            try state.withLock { try step(&$0) }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func step(_ state: inout State) throws {
        for name in names(in: from) where name.hasSuffix(".seg") {
            let bytes = try readFile(from + "/" + name)
            try remove(from + "/" + name)
            let isNew = state.seen.insert(name).inserted
            let isLost =
                state.closed.map { Data(bytes).range(of: Data($0.utf8)) != nil }
                ?? (isNew ? state.seen.count % 3 == 1 : Int.random(in: 0..<3, using: &state.generator) == 0)
            if isLost {
                state.lost += 1
                continue
            }
            state.held.append((name, bytes))
            if Int.random(in: 0..<3, using: &state.generator) == 0 {
                state.held.append((name, bytes))
                state.repeated += 1
            }
        }
        // Some of what it holds, in any order; the rest comes later.
        state.held.shuffle(using: &state.generator)
        for _ in 0..<((state.held.count + 1) / 2) {
            let file = state.held.removeLast()
            try writeFile(file.bytes, to + "/.arriving")
            guard rename(to + "/.arriving", to + "/" + file.name) == 0 else { throw GatewayError("rename: \(errno)") }
        }
    }
}
