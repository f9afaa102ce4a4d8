internal import SluiceSDK

/// Reads the records of one message.
struct XMLReading {
    let records: ElementPath
    let namespaces: XMLNamespaces
    let limits: ChannelLimits

    /// A parser keeps the names of everything it has read; a new one now and then keeps it small.
    private static let recordsOfOneParser = 1_000

    /// The documents that hold the records: the message itself, or what is packed in it.
    /// - Throws: `XMLFault`, `RecordFault` when a document as a whole cannot be read.
    func outlines(_ text: CharsetText, _ unpack: ArraySlice<ElementPath>) throws -> [XMLOutline] {
        try outlines(try XMLOutline(text, path: unpack.first ?? records, limits: limits), unpack)
    }

    /// The message itself, whose records are converted one by one.
    func outlines(raw bytes: [UInt8], in charset: Charset) throws -> [XMLOutline] {
        try outlines(try XMLOutline(raw: bytes, in: charset, path: records, limits: limits), [])
    }

    private func outlines(_ outline: XMLOutline, _ unpack: ArraySlice<ElementPath>) throws -> [XMLOutline] {
        let path = unpack.first ?? records
        if let fault = soapFault(in: outline) {
            throw RecordFault(.decode, "xml.soap-fault", fault.description)
        }
        guard outline.isReached else {
            let (code, what) =
                unpack.isEmpty ? ("xml.no-records", "the records") : ("xml.unpack", "the packed document")
            throw RecordFault(.decode, code, "nothing stands where \(what) should be", selector: path.text)
        }
        guard !unpack.isEmpty else { return [outline] }
        let packed = try outline.cuts.flatMap { cut in
            let inner = try outline.packedText(in: cut)
            // A service without news answers with an empty text.
            return inner.isBlank ? [] : try outlines(inner, unpack.dropFirst())
        }
        guard packed.reduce(0, { $0 + $1.cuts.count }) <= limits.records else {
            throw RecordFault(
                .decode, "xml.record-count", "the packed documents have more than \(limits.records) records")
        }
        return packed
    }

    private func soapFault(in outline: XMLOutline) -> SOAPFault? {
        if let fault = outline.soapFault { return SOAPFault(outline.bytes(of: fault)) }
        return outline.cuts.contains(where: \.mayHoldFault) ? SOAPFault(in: outline.whole) : nil
    }

    func run(_ outline: XMLOutline, _ number: inout Int, _ body: (DecodedRecord) throws -> Void) throws {
        var parser = try XMLParser()
        var places = outline.places()
        for (index, cut) in outline.cuts.enumerated() {
            if index % Self.recordsOfOneParser == Self.recordsOfOneParser - 1 { parser = try XMLParser() }
            guard let decoded = decoded(cut, of: outline, parser, &places) else { continue }
            try body(decoded.numbered(number))
            number += 1
        }
    }

    /// - Returns: nil when the test of `records` does not mean it.
    private func decoded(
        _ cut: XMLOutline.Cut, of outline: XMLOutline, _ parser: XMLParser, _ places: inout XMLPlaces
    ) -> DecodedRecord? {
        let (bytes, isText) = outline.element(cut)
        do {
            if !isText {
                throw RecordFault(.decode, "charset.invalid", "the record holds bytes that are no text")
            }
            if let excess = cut.excess { throw excess }
            return try record(bytes, parser).map { .record($0) }
        } catch let fault as XMLFault {
            return .fault(RecordFault(places.fault(fault, in: cut)), raw: bytes)
        } catch {
            guard var fault = error as? RecordFault else { return nil }
            if fault.stage == .decode { fault.reason = "line \(places.line(of: cut)): " + fault.reason }
            return .fault(fault, raw: bytes)
        }
    }

    /// - Returns: nil when the test of `records` does not mean it.
    private func record(_ bytes: [UInt8], _ parser: XMLParser) throws -> XMLRecord? {
        guard bytes.count <= limits.record else {
            throw RecordFault(.decode, "xml.record-size", "the record is larger than \(limits.record) bytes")
        }
        let record = XMLRecord(try parser.record(bytes), bytes: bytes, namespaces)
        guard let test = records.test else { return record }
        return try record.passes(test) ? record : nil
    }

    /// A record by itself, as it was kept or as a person edited it.
    func record(alone bytes: [UInt8]) throws -> DecodedRecord {
        let text = Charset.utf8.text(of: bytes)
        guard text.bytes.count <= limits.record else {
            throw RecordFault(.decode, "xml.record-size", "the record is larger than \(limits.record) bytes")
        }
        let tree = try XMLParser.document(text, maxDepth: limits.depth)
        return .record(XMLRecord(tree, bytes: bytes, namespaces))
    }
}

extension DecodedRecord {
    fileprivate func numbered(_ number: Int) -> DecodedRecord {
        guard case .fault(var fault, let raw) = self else { return self }
        fault.record = number
        return .fault(fault, raw: raw)
    }
}
