/// Where the elements that a path finds stand in a document, without building any of it.
///
/// Everything about the document as a whole is known before its first record is handed over: whether it nests, how
/// many records it has, whether libxml2 takes what stands around them. What is wrong inside a record concerns that
/// record alone.
public struct XMLOutline {
    /// One element that the path finds.
    public struct Cut: Sendable {
        /// In the bytes, from `<` to `>`.
        public var range: Range<Int>
        /// Why it is not to be built: its depth, or the attributes of a tag in it.
        public var excess: XMLFault?
        /// It is a SOAP envelope or body, which may hold a fault.
        public var mayHoldFault = false
        /// Of `scopes`: what holds around it.
        var scope: Int
    }

    /// UTF-8, or the message's own bytes where elements are converted one by one.
    private let text: CharsetText
    /// What `text` is in; nil for UTF-8.
    private let charset: Charset?
    public private(set) var cuts: [Cut] = []
    /// A SOAP fault in the place of an answer.
    public private(set) var soapFault: Cut?
    /// The element that would hold what is looked for is there.
    public private(set) var isReached = false
    private var scopes: [XMLScope] = [XMLScope()]
    /// Nothing stands around the only record.
    private var isWhole = false

    /// - Throws: `XMLFault` when the document as a whole cannot be read.
    public init(_ text: CharsetText, path: ElementPath, limits: ChannelLimits) throws(XMLFault) {
        try self.init(text, nil, path, limits)
    }

    /// A document whose elements become UTF-8 when they are asked for, so that a large one is never there twice.
    /// - Parameter charset: one that `keepsPunctuation`.
    /// - Throws: `XMLFault` when the document as a whole cannot be read.
    public init(
        raw bytes: [UInt8], in charset: Charset, path: ElementPath, limits: ChannelLimits
    ) throws(XMLFault) {
        try self.init(CharsetText(bytes: bytes, fault: nil), charset.isUTF8 ? nil : charset, path, limits)
    }

    private init(
        _ text: CharsetText, _ charset: Charset?, _ path: ElementPath, _ limits: ChannelLimits
    ) throws(XMLFault) {
        var outline = XMLOutline(text, charset)
        try text.bytes.withUnsafeBufferPointer { (bytes) throws(XMLFault) in
            do throws(XMLFault) {
                try outline.read(bytes, path, limits)
            } catch {
                throw error.placed(in: bytes, charset: charset)
            }
        }
        self = outline
    }

    private init(_ text: CharsetText, _ charset: Charset?) {
        (self.text, self.charset) = (text, charset)
    }

    private struct Open {
        var states: UInt64
        var scope: Int
        var soap: SOAPFault.Place
        /// What there was before it.
        var scopes = 0
        var cuts = 0
    }

    private static func excess(_ tag: XMLTag, _ scanner: XMLScanner, _ limits: ChannelLimits) -> XMLFault? {
        if scanner.isTooDeep { return .tooDeep(limits.depth, at: tag.range.lowerBound) }
        return tag.attributes > XMLFault.maxAttributes ? .tooManyAttributes(at: tag.range.lowerBound) : nil
    }

    /// Forgets the declarations of an element in which nothing was found.
    private mutating func leave(_ element: Open) {
        if cuts.count == element.cuts, soapFault == nil { scopes.removeLast(scopes.count - element.scopes) }
    }

    private mutating func read(
        _ bytes: UnsafeBufferPointer<UInt8>, _ path: ElementPath, _ limits: ChannelLimits
    ) throws(XMLFault) {
        var scanner = XMLScanner(bytes, maxDepth: limits.depth, mindsTrails: charset != nil)
        var open = [Open(states: 1, scope: 0, soap: .document)]
        /// The cut that is being passed, and the depth inside it.
        var passing: (cut: Cut, depth: Int, isFault: Bool)?
        loop: while true {
            switch try scanner.next() {
            case .end: break loop
            case .open(let tag) where passing != nil:
                if passing?.cut.excess == nil { passing?.cut.excess = Self.excess(tag, scanner, limits) }
            case .close(let end):
                guard let passed = passing else {
                    leave(open.removeLast())
                    continue
                }
                guard scanner.depth < passed.depth else { continue }
                passing = nil
                try take(passed.cut, to: end, isFault: passed.isFault, limits)
            case .open(let tag):
                let outer = open[open.count - 1]
                let excess = Self.excess(tag, scanner, limits)
                let entered = try enter(tag, bytes, path, outer)
                let isFault = entered.soap == .fault && soapFault == nil
                if path.isComplete(entered.states) || isFault {
                    isWhole = open.count == 1
                    let cut = Cut(
                        range: tag.range, excess: excess, mayHoldFault: entered.soap != .elsewhere, scope: outer.scope)
                    passing = tag.isEmpty ? nil : (cut, scanner.depth, isFault)
                    if tag.isEmpty { try take(cut, to: tag.range.upperBound, isFault: isFault, limits) }
                } else {
                    if let excess { throw excess }
                    isReached = isReached || path.isLast(entered.states)
                    if tag.isEmpty { leave(entered) } else { open.append(entered) }
                }
            }
        }
        isReached = isReached || !cuts.isEmpty || (path.steps.count == 1 && path.steps[0].isDeep)
        try checkSurroundings(bytes, from: scanner.declarationEnd)
    }

    private mutating func enter(
        _ tag: XMLTag, _ bytes: UnsafeBufferPointer<UInt8>, _ path: ElementPath, _ outer: Open
    ) throws(XMLFault) -> Open {
        var scope = outer.scope
        let before = (scopes: scopes.count, cuts: cuts.count)
        if let inner = try scopes[scope].adding(tag, in: bytes) {
            scopes.append(inner)
            scope = scopes.count - 1
        }
        let name = bytes[tag.name]
        let colon = name.firstIndex(of: UInt8(ascii: ":"))
        let local = colon.map { name[($0 + 1)...] } ?? name
        let uri = { [scopes] in scopes[scope].uri(of: colon.map { name[..<$0] } ?? name[..<name.startIndex]) }
        return Open(
            states: advance(path, outer.states, local, uri), scope: scope,
            soap: outer.soap.entering(local, uri: uri), scopes: before.scopes, cuts: before.cuts)
    }

    /// Paths are written in UTF-8.
    private func advance(
        _ path: ElementPath, _ states: UInt64, _ name: Slice<UnsafeBufferPointer<UInt8>>, _ uri: () -> String?
    ) -> UInt64 {
        guard let charset, name.contains(where: { $0 >= 0x80 }) else {
            return path.advance(states, name: name, uri: uri)
        }
        return charset.text(of: Array(name)).bytes.withUnsafeBufferPointer {
            path.advance(states, name: $0[...], uri: uri)
        }
    }

    private mutating func take(
        _ cut: Cut, to end: Int, isFault: Bool, _ limits: ChannelLimits
    ) throws(XMLFault) {
        var cut = cut
        cut.range = cut.range.lowerBound..<end
        if isFault {
            soapFault = cut
            return
        }
        guard cuts.count < limits.records else {
            throw XMLFault("xml.record-count", "the document has more than \(limits.records) records")
        }
        cuts.append(cut)
    }

    /// What stands around the cuts is shown to libxml2, which knows every rule: what it refuses is refused here.
    private func checkSurroundings(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) throws(XMLFault) {
        if isWhole { return }
        var around: [UInt8] = []
        var position = start
        for cut in (cuts + [soapFault].compactMap { $0 }).sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            around += bytes[position..<cut.range.lowerBound]
            // Lines are counted all the same.
            around += Array(repeating: 0x0A, count: LineCounter.breaks(in: bytes, cut.range))
            position = cut.range.upperBound
        }
        around += bytes[position...]
        let shown = charset?.text(of: around) ?? CharsetText(bytes: around, fault: text.fault)
        guard shown.isText(0..<shown.bytes.count) else {
            throw XMLFault("charset.invalid", "bytes stand around the records that are no text; set 'charset'")
        }
        try XMLParser.check(shown.bytes, line: 1 + LineCounter.breaks(in: bytes, 0..<start))
    }

    /// A cut as a document of its own: UTF-8, with the namespaces that hold around it.
    public func bytes(of cut: Cut) -> [UInt8] { element(cut).bytes }

    /// The same, and false when it holds something that is no character.
    public func element(_ cut: Cut) -> (bytes: [UInt8], isText: Bool) {
        let own = ownBytes(of: cut)
        guard let charset else { return (own, text.isText(cut.range)) }
        let converted = charset.text(of: own)
        return (converted.bytes, converted.fault == nil)
    }

    private func ownBytes(of cut: Cut) -> [UInt8] {
        text.bytes.withUnsafeBufferPointer { bytes in
            let element = bytes[cut.range]
            let scope = scopes[cut.scope]
            guard !scope.declarations.isEmpty else { return Array(element) }
            let tag = XMLTag(firstOf: element)
            return Array(element[..<tag.name.upperBound]) + scope.text(besides: tag, in: bytes)
                + Array(element[tag.name.upperBound...])
        }
    }

    /// The text inside a cut, which is a document by itself.
    /// - Throws: `XMLFault` when elements stand there.
    public func packedText(in cut: Cut) throws(XMLFault) -> CharsetText {
        let content = try text.bytes.withUnsafeBufferPointer { (bytes) throws(XMLFault) in
            try XMLText.content(Self.inside(bytes[cut.range]))
        }
        guard let content else {
            throw XMLFault("xml.unpack", "elements stand where a packed document should be; leave 'unpack' out")
        }
        return CharsetText(bytes: content, fault: text.fault)
    }

    /// Between the tags of an element.
    private static func inside(_ element: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
        let tag = XMLTag(firstOf: element)
        let end = element.lastIndex(of: UInt8(ascii: "<")) ?? element.endIndex
        return tag.isEmpty
            ? element[element.endIndex...] : element[tag.range.upperBound..<max(end, tag.range.upperBound)]
    }

    /// For the places of faults.
    public func places() -> XMLPlaces { XMLPlaces(text) }

    /// All of it in UTF-8.
    public var whole: CharsetText { charset?.text(of: text.bytes) ?? text }
}
