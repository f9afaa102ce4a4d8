import SluiceSDK

/// A JSONPath in the first line, on the document behind it or on one of ours.
enum PathTarget {
    private static let sample = Array(
        #"{"a":{"b":[1,2.5,-3e2,"x",null,true,{"c":"路灯","d":[[],{}]}]},"":0,"'":"\"","e":[{"k":1},{"k":"2"},{"k":[3]}]}"#
            .utf8)

    static func run(_ bytes: [UInt8]) {
        let (head, rest) = bytes.headAndRest
        guard let path = try? JSONPath(head.text) else { return }
        guard let document = try? JSONDocument.parse(rest.isEmpty ? sample : rest, maxDepth: 32) else { return }
        guard let nodes = try? path.nodes(in: document.root, atMost: 2000) else { return }
        if path.isSingular {
            demand(nodes.count <= 1, "a singular path found \(nodes.count) nodes")
            let first = try? path.first(in: document.root)
            demand((first ?? nil)?.minified() == nodes.first?.minified(), "first is not the first node")
        }
        for node in nodes.prefix(20) {
            let text = node.minified()
            guard !node.isDamaged, let again = try? JSONDocument.parse(text, maxDepth: 64) else { continue }
            demand(again.root.minified() == text, "a node is written otherwise the second time")
        }
    }
}
