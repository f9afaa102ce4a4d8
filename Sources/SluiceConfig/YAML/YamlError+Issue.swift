internal import SluiceSDK
internal import Yams

extension YamlError {
    /// The parser's complaint in words that help; it quotes nothing of the file but key names.
    func issue(file: String, text: String) -> ConfigIssue {
        switch self {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            return Self.syntax(problem, at: mark, context: context?.mark, file: file, text: text)
        case .composer(let context, let problem, let mark, _):
            let place = ConfigPlace(file: file, line: mark.line, column: mark.column)
            if context?.text == "expected a single document in the stream" {
                return ConfigIssue(
                    at: place, .syntax, "a second document begins here",
                    hint: "one file holds one document: remove '---'")
            }
            return ConfigIssue(
                at: place, .syntax, problem, hint: "give the anchor a name with '&' before it is used with '*'")
        case .duplicatedKeysInMapping(let names, let context):
            let place = ConfigPlace(file: file, line: context.mark.line, column: context.mark.column)
            return .duplicateKey(names.joined(separator: "', '"), at: place)
        case .reader(let problem, let offset, _, _):
            let place = Self.place(ofByte: offset ?? 0, in: text, file: file)
            return ConfigIssue(
                at: place, .syntax, problem, hint: "remove the character or write it as an escape in double quotes")
        default:
            return ConfigIssue(at: .start(of: file), .syntax, "the file is not YAML", hint: "write 'key: value' lines")
        }
    }

    private static func syntax(
        _ problem: String, at mark: Mark, context: Mark?, file: String, text: String
    ) -> ConfigIssue {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for line in [mark.line, context?.line ?? mark.line] where lines.indices.contains(line - 1) {
            guard let column = tabColumn(lines[line - 1]) else { continue }
            let place = ConfigPlace(file: file, line: line, column: column)
            return ConfigIssue(at: place, .tab, "a tab stands in the indentation", hint: "indent with spaces")
        }
        let place = ConfigPlace(file: file, line: mark.line, column: mark.column)
        let isReference = lines.indices.contains(mark.line - 1) && lines[mark.line - 1].contains("${")
        let hint =
            isReference
            ? "inside { } and [ ] quote a reference: \"${env:NAME}\""
            : "check indentation, and quote text that contains ': ', ' #' or begins with one of [ ] { } & * ! | > % @ `"
        return ConfigIssue(at: place, .syntax, "YAML syntax: \(problem)", hint: hint)
    }

    private static func tabColumn(_ line: Substring) -> Int? {
        let indentation = line.prefix { $0 == " " || $0 == "\t" }
        return indentation.firstIndex(of: "\t").map { indentation.distance(from: indentation.startIndex, to: $0) + 1 }
    }

    private static func place(ofByte offset: Int, in text: String, file: String) -> ConfigPlace {
        var (line, column) = (1, 1)
        for byte in text.utf8.prefix(max(0, offset)) {
            if byte == UInt8(ascii: "\n") { (line, column) = (line + 1, 1) } else if byte & 0xC0 != 0x80 { column += 1 }
        }
        return ConfigPlace(file: file, line: line, column: column)
    }
}
