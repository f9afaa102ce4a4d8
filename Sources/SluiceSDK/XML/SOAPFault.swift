internal import CLibXML2

/// A SOAP fault: what a service answers instead of an answer, in either version of SOAP.
public struct SOAPFault: Sendable, Equatable {
    /// `soap:Server`, as the service wrote it.
    public var code: String
    /// The service's own words, at most 200 characters.
    public var reason: String

    static let namespaces: Set<String> = [
        "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope",
    ]

    /// Looks into an answer; nil when it is no XML or no fault.
    public init?(in bytes: [UInt8], contentType: String? = nil) {
        guard bytes.count <= Self.largest, bytes.containsASCII("Fault"),
            let text = try? XMLEncoding.text(of: bytes, charset: nil, contentType: contentType)
        else { return nil }
        self.init(in: text)
    }

    /// A fault is small; what is larger is an answer.
    private static let largest = 1 << 20

    /// The same for what is text already.
    public init?(in text: CharsetText) {
        guard text.bytes.count <= Self.largest, text.bytes.containsASCII("Fault"),
            let path = try? ElementPath("/Envelope/Body/Fault", .ignored),
            let outline = try? XMLOutline(text, path: path, limits: ChannelLimits()), let fault = outline.soapFault
        else { return nil }
        self.init(outline.bytes(of: fault))
    }

    /// - Parameter element: the Fault as a document of its own.
    public init(_ element: [UInt8]) {
        (code, reason) = ("", "")
        guard let tree = try? XMLParser().record(element) else { return }
        tree.forgetNamespaces()
        func text(_ path: String) -> String? {
            guard let xpath = try? XPath(path, .ignored), case .text(let text)? = try? xpath.value(in: tree) else {
                return nil
            }
            return text.isEmpty ? nil : text
        }
        code = text("normalize-space(/Fault/faultcode | /Fault/Code/Value)") ?? ""
        reason = String((text("normalize-space(/Fault/faultstring | /Fault/Reason/Text)") ?? "").prefix(200))
    }

    /// The service says that the message itself was wrong: sending it again is no use.
    public var blamesSender: Bool {
        let local = code.split(separator: ":").last.map(String.init) ?? ""
        return ["Client", "Sender"].contains(local.split(separator: ".").first.map(String.init) ?? "")
    }

    public var description: String {
        "the service answers with a SOAP fault" + (code.isEmpty ? "" : " \(code)")
            + (reason.isEmpty ? "" : ": \(reason)")
    }

    /// How far into an envelope an element stands.
    enum Place {
        case document, envelope, body, fault, elsewhere

        func entering(_ name: Slice<UnsafeBufferPointer<UInt8>>, uri: () -> String?) -> Place {
            let (expected, next): (StaticString, Place)
            switch self {
            case .document: (expected, next) = ("Envelope", .envelope)
            case .envelope: (expected, next) = ("Body", .body)
            case .body: (expected, next) = ("Fault", .fault)
            case .fault, .elsewhere: return .elsewhere
            }
            let wanted = UnsafeBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount)
            guard wanted.elementsEqual(name), let uri = uri(), SOAPFault.namespaces.contains(uri) else {
                return .elsewhere
            }
            return next
        }
    }
}

extension [UInt8] {
    func containsASCII(_ word: StaticString) -> Bool {
        let wanted = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        return withUnsafeBufferPointer { buffer in
            var rest = buffer[...]
            while let first = rest.firstIndex(of: wanted[0]) {
                rest = rest[first...]
                if rest.starts(with: wanted) { return true }
                rest = rest.dropFirst()
            }
            return false
        }
    }
}
