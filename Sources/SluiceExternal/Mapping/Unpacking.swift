internal import SluiceSDK

/// `decode: json` or `decode: xml`: the last decoding of a value, with `at:` the way into what it unpacked.
struct Unpacking: Sendable {
    enum Way: Sendable {
        case json(JSONPath?)
        case xml(XPath)
    }

    var way: Way
    /// Fields that unpack the same value share the document through their slot.
    var slot: Int?

    var name: String {
        switch way {
        case .json(let path): path.map { "decode json at \($0.text)" } ?? "decode json"
        case .xml(let path): path.text == Self.root ? "decode xml" : "decode xml at \(path.text)"
        }
    }

    /// The XPath where `at` says nothing.
    static let root = "/*"

    /// - Throws: `RecordFault` made by `fault`.
    func document(in text: String, fault: (String, String) -> RecordFault) throws -> UnpackedDocument {
        do {
            switch way {
            case .json: return .json(try JSONDocument.parse(Array(text.utf8)))
            case .xml:
                // A text has no charset any more, whatever the document in it says.
                let tree = try XMLParser.document(CharsetText(unchecked: Array(text.utf8)), maxDepth: Self.maxDepth)
                tree.forgetNamespaces()
                return .xml(tree)
            }
        } catch let error as JSONFault {
            throw fault("map.decode", "the value is not JSON (\(error.code))")
        } catch let error as XMLFault {
            throw fault("map.decode", "the value is not XML (\(error.code))")
        }
    }

    private static let maxDepth = ChannelLimits().depth

    /// - Throws: `RecordFault` made by `fault`.
    func texts(in document: UnpackedDocument, fault: (String, String) -> RecordFault) throws -> [String] {
        let found: SelectedValue
        do {
            switch (way, document) {
            case (.json(let path), .json(let document)):
                found = .list(try (path?.nodes(in: document.root) ?? [document.root]).map(\.selectedValue))
            case (.xml(let path), .xml(let tree)): found = try path.value(in: tree)
            default: found = .missing
            }
        } catch let error as JSONFault {
            throw fault(error.code, error.reason)
        } catch let error as XMLFault {
            throw fault(error.code, error.reason)
        }
        if let texts = found.scalars { return texts }
        throw fault("map.structure", "an object stands where a value is wanted; select a member of it with 'at'")
    }
}

/// What a value held.
enum UnpackedDocument {
    case json(JSONDocument)
    case xml(XMLTree)
}
