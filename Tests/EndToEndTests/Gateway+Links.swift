import Foundation
import SluiceTesting
import Testing

/// Borders of a gateway that a `FileLink` carries one way.
extension Gateway {
    /// The external zone's batches go by `data/link/outer`, and the relay finds them in `data/link/inner`.
    func makeOneWay(history: String = "1h") throws {
        try replace(
            "external.yaml", "{ type: segments, out: data/boundary/external-relay, in: data/boundary/relay-external }",
            "{ type: segments, out: data/link/outer, in: data/link/none, one_way: { history: \(history), repeat: 1s } }"
        )
        try replace(
            "relay.yaml", "{ type: segments, out: data/boundary/relay-external, in: data/boundary/external-relay }",
            "{ type: segments, out: data/boundary/relay-external, in: data/link/inner, one_way: {} }")
    }

    /// The relay's batches go by `data/link/middle`, and the internal zone finds them in `data/link/inside`.
    func makeOneWayInside(history: String = "1h") throws {
        try replace(
            "relay.yaml", "{ type: segments, out: data/boundary/relay-internal, in: data/boundary/internal-relay }",
            "{ type: segments, out: data/link/middle, in: data/link/none, one_way: { history: \(history), repeat: 1s } }"
        )
        try replace(
            "internal.yaml", "{ type: segments, out: data/boundary/internal-relay, in: data/boundary/relay-internal }",
            "{ type: segments, out: data/boundary/internal-relay, in: data/link/inside, one_way: {} }")
    }

    func replace(_ file: String, _ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: folder("config/" + file), encoding: .utf8)
        try #require(text.contains(old))
        try write(file, text.replacingOccurrences(of: old, with: new))
    }

    func segments(_ path: String) -> [String] { names(in: folder(path)).filter { $0.hasSuffix(".seg") } }

    /// In what the writer of a link's folder keeps for repetition.
    func isKept(_ text: String, of path: String) -> Bool {
        segments(path + ".kept").contains { name in
            // One that goes away meanwhile is not kept.
            let bytes = (try? readFile(folder(path + ".kept/" + name))) ?? []
            return Data(bytes).range(of: Data(text.utf8)) != nil
        }
    }
}
