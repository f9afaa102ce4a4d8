/// format=flowed (RFC 3676): a line that ends in a space goes on in the next one. Lines end in a newline here.
enum FlowedText {
    /// - Parameter deletesSpace: `delsp=yes`: that space is no part of the text, as in Chinese.
    static func unfolded(_ text: String, deletesSpace: Bool) -> String {
        var out: [String] = []
        var open: (depth: Int, text: String)?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let depth = line.prefix { $0 == ">" }.count
            var content = line.dropFirst(depth)
            if content.first == " " { content = content.dropFirst() }
            // A signature's mark ends in a space and is no flowed line.
            let isFlowed = content.last == " " && content != "-- "
            if isFlowed, deletesSpace { content = content.dropLast() }
            if let begun = open, begun.depth == depth, content != "-- " {
                open = (depth, begun.text + content)
            } else {
                if let begun = open { out.append(written(begun)) }
                open = (depth, String(content))
            }
            if !isFlowed, let done = open {
                out.append(written(done))
                open = nil
            }
        }
        if let begun = open { out.append(written(begun)) }
        return out.joined(separator: "\n")
    }

    private static func written(_ line: (depth: Int, text: String)) -> String {
        line.depth == 0 ? line.text : String(repeating: ">", count: line.depth) + " " + line.text
    }
}
